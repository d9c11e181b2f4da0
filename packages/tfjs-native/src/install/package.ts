import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { locateNative, type NativePackage } from '../machine/locate.ts';
import { NativeError } from '../machine/native-error.ts';
import type { Settings } from '../machine/options.ts';
import { lastWords, runProgram } from '../machine/program.ts';

/** The version whose binding is known to compile. */
const VERSION = '4.22.0';

/**
 * The package of a project. If the project has none, npm installs it without running its install script, which downloads
 * a library that no longer exists.
 *
 * @throws NativeError `no-project` or `npm-failed`.
 */
export async function ensurePackage(settings: Settings): Promise<NativePackage> {
  const found = locateNative(settings.project);
  if (found !== undefined) return found;
  const { project, env, signal } = settings;
  requireProject(project);
  const wanted = `${settings.package}@${VERSION}`;
  settings.onProgress({ step: 'package', message: `installing ${wanted} into ${project}` });
  const args = ['install', '--ignore-scripts', '--no-audit', '--no-fund', wanted];
  const result = await runProgram('npm', args, { cwd: project, env, signal });
  const installed = locateNative(project);
  if (installed !== undefined) return installed;
  const got = result.found ? lastWords(result) : 'no npm on PATH';
  throw new NativeError(
    'npm-failed',
    `expected npm to install ${wanted}, got: ${got}`,
    `install it yourself: npm ${args.join(' ')}`,
  );
}

/**
 * Refuses a folder that is not in a project: npm would make it one.
 *
 * @throws NativeError `no-project`.
 */
export function requireProject(project: string): void {
  for (let folder = project; ; folder = dirname(folder)) {
    if (existsSync(join(folder, 'package.json'))) return;
    if (dirname(folder) === folder) break;
  }
  throw new NativeError(
    'no-project',
    `expected a package.json in ${project} or above it, got none`,
    'run this in your project, or create one with: npm init -y',
  );
}
