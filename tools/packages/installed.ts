import { existsSync, readdirSync, readFileSync, realpathSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Manifest } from './published.ts';

/** What `npm install` of one package puts on a disk. */
export interface Installed {
  /** How many packages, itself among them. */
  readonly packages: number;
  /** Their size, in bytes. */
  readonly bytes: number;
}

/**
 * What a package installs: itself, its dependencies and required peers, and theirs. They are measured where this workspace
 * has them; packages of the workspace count with the files that they publish.
 *
 * @param folder - The folder of the package.
 * @throws Error if a dependency is not installed.
 */
export function installedBy(folder: string): Installed {
  const found = new Map<string, number>();
  const waiting = [realpathSync(folder)];
  for (let each = waiting.pop(); each !== undefined; each = waiting.pop()) {
    if (found.has(each)) continue;
    const manifest = JSON.parse(readFileSync(join(each, 'package.json'), 'utf8')) as Manifest;
    found.set(each, sizeOf(each, manifest));
    waiting.push(...requiredBy(each, manifest));
  }
  const bytes = [...found.values()].reduce((sum, size) => sum + size, 0);
  return { packages: found.size, bytes };
}

function requiredBy(folder: string, manifest: Manifest): string[] {
  const { dependencies = {}, peerDependencies = {}, peerDependenciesMeta = {} } = manifest;
  const { optionalDependencies = {} } = manifest;
  const peers = Object.keys(peerDependencies).filter(
    (name) => peerDependenciesMeta[name]?.optional !== true,
  );
  return [...Object.keys(dependencies), ...peers].flatMap((name) => {
    const path = findPackage(name, folder);
    if (path !== undefined) return [path];
    // One that is for another platform, say.
    if (name in optionalDependencies) return [];
    throw new Error(`installedBy: expected ${name} for ${folder}, got none; run npm ci`);
  });
}

function findPackage(name: string, from: string): string | undefined {
  const path = join(from, 'node_modules', name);
  if (existsSync(path)) return realpathSync(path);
  return dirname(from) === from ? undefined : findPackage(name, dirname(from));
}

function sizeOf(folder: string, { name, files }: Manifest): number {
  if (!name.startsWith('@halp/')) return sizeBelow(folder);
  return [...files, 'package.json', 'README.md', 'LICENSE']
    .map((file) => join(folder, file))
    .filter((path) => existsSync(path))
    .reduce((sum, path) => sum + sizeBelow(path), 0);
}

function sizeBelow(path: string): number {
  const facts = statSync(path);
  if (!facts.isDirectory()) return facts.size;
  return readdirSync(path)
    .filter((name) => name !== 'node_modules')
    .reduce((sum, name) => sum + sizeBelow(join(path, name)), 0);
}
