/**
 * Packs every package, installs each alone into an empty project outside the repository, and does there what its README
 * says first. `@halp` packages come from the tarballs, all others from npm's registry as it is configured, or from npm's cache.
 * Needs what `npm run build` made. Without a registry only what is packed is checked.
 *
 * Usage: npm run try:packages [-- NAME...]     NAME as in packages/
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { reachesRegistry } from './in-project.ts';
import { serveTarballs, type Tarball } from './local-registry.ts';
import { packAll } from './pack.ts';
import { publishedPackages } from './published.ts';
import { repositoryAddress } from './stage.ts';
import { tryPackage } from './try-package.ts';

const names = process.argv.slice(2);
const chosen = publishedPackages().filter(
  ({ folder }) => names.length === 0 || names.includes(basename(folder)),
);
const scratch = mkdtempSync(join(tmpdir(), 'halp-try-'));
let failed = 0;

try {
  const { tarballs, problems } = packAll(scratch, repositoryAddress(process.env));
  failed += problems.length;
  for (const problem of problems) console.error(problem);
  console.log(`${tarballs.length} packages packed, ${problems.length} problems`);
  if (reachesRegistry(scratch)) await tryAll(tarballs);
  else console.log('no registry was reached: nothing is installed');
} finally {
  rmSync(scratch, { recursive: true, force: true });
}
process.exitCode = failed === 0 ? 0 : 1;

async function tryAll(tarballs: readonly Tarball[]): Promise<void> {
  const { url, close } = await serveTarballs(tarballs);
  const waiting = [...chosen];
  // npm waits for files and for the network; two at a time use both cores of a small machine.
  const trials = Array.from({ length: 2 }, async () => {
    for (let each = waiting.shift(); each !== undefined; each = waiting.shift()) {
      const project = join(scratch, basename(each.folder));
      const { did, problems } = await tryPackage(each, project, url);
      rmSync(project, { recursive: true, force: true });
      failed += problems.length;
      console.log(`${each.manifest.name}: ${did.join(', ')}`);
      for (const problem of problems) console.error(`${each.manifest.name}: ${problem}`);
    }
  });
  await Promise.all(trials);
  close();
}
