/**
 * Packs packages, and the `@halp` packages that they need, into a folder as npm would publish them, and prints the command that
 * installs them into another project. Needs what `npm run build` made.
 *
 * Usage: npm run tarballs -- [--out FOLDER] NAME...     NAME as in packages/; the folder is `tarballs` by default
 */
import { copyFileSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { packAll } from './pack.ts';
import { publishedPackages } from './published.ts';
import { withDependencies } from './with-dependencies.ts';

const { values, positionals } = parseArgs({
  options: { out: { type: 'string', default: 'tarballs' } },
  allowPositionals: true,
});
const out = resolve(values.out);
process.chdir(join(import.meta.dirname, '../..'));
const packages = publishedPackages();
const folders = packages.map(({ folder }) => basename(folder));
const unknown = positionals.filter((name) => !folders.includes(name));
if (positionals.length === 0 || unknown.length > 0) {
  const got = unknown.length > 0 ? unknown.join(', ') : 'none';
  console.error(`tarballs: expected names of packages (${folders.join(', ')}), got ${got}`);
  process.exit(1);
}

const wanted = withDependencies(
  positionals.map((name) => `@halp/${name}`),
  packages.map(({ manifest }) => manifest),
);
const scratch = mkdtempSync(join(tmpdir(), 'halp-tarballs-'));
try {
  const { tarballs, problems } = packAll(scratch);
  for (const problem of problems) console.error(problem);
  if (problems.length > 0) process.exitCode = 1;
  mkdirSync(out, { recursive: true });
  const files = tarballs
    .filter(({ manifest }) => wanted.has(manifest.name))
    .map(({ path }) => {
      const file = join(out, basename(path));
      copyFileSync(path, file);
      return file;
    });
  console.log('In your project:\n');
  console.log(`npm install ${files.map(quoted).join(' ')}`);
} finally {
  rmSync(scratch, { recursive: true, force: true });
}

/** A path as one word of a shell. */
function quoted(path: string): string {
  return /^[\w@%+=:,./-]+$/.test(path) ? path : `'${path.replaceAll("'", `'\\''`)}'`;
}
