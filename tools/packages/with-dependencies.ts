import type { Manifest } from './published.ts';

/**
 * The names of packages and of all packages among `manifests` that they need, directly or through another one.
 *
 * @param names - The packages that are asked for.
 */
export function withDependencies(
  names: readonly string[],
  manifests: readonly Manifest[],
): ReadonlySet<string> {
  const byName = new Map(manifests.map((manifest) => [manifest.name, manifest]));
  const found = new Set<string>();
  const waiting = [...names];
  for (let name = waiting.pop(); name !== undefined; name = waiting.pop()) {
    const manifest = byName.get(name);
    if (manifest === undefined || found.has(name)) continue;
    found.add(name);
    const { dependencies, peerDependencies, optionalDependencies } = manifest;
    waiting.push(...Object.keys({ ...dependencies, ...peerDependencies, ...optionalDependencies }));
  }
  return found;
}
