import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import type { Tarball } from './local-registry.ts';
import { problemsOfContents } from './packed-files.ts';
import {
  entriesOf,
  type Files,
  type Manifest,
  type Published,
  publishedPackages,
} from './published.ts';
import { publishedManifest, stagePackage } from './stage.ts';

/** The packages as they would be published. */
export interface Packed {
  readonly tarballs: readonly Tarball[];
  /** A line for each file that is missing, or too much. */
  readonly problems: readonly string[];
}

interface Listing {
  readonly name: string;
  readonly filename: string;
  readonly integrity: string;
  readonly files: readonly { readonly path: string }[];
}

/** What may be in a package: what was built, the sources, and what every package has. */
const BELONGS =
  /^(dist\/.+\.(js|d\.ts)(\.map)?|src\/.+\.ts|native\/.+\.(cc|h|js|cjs)|package\.json|README\.md|LICENSE|CHANGELOG\.md)$/;

/**
 * Packs every package that is published into a folder, as the release does, from what `npm run build` made.
 *
 * @param repository - The web address of the repository.
 */
export function packAll(folder: string, repository?: string): Packed {
  const packages = publishedPackages();
  const staged = (each: Published): string => join(folder, 'staged', basename(each.folder));
  for (const each of packages) stagePackage(each, staged(each), repository);
  const command = ['pack', '--json', '--pack-destination', folder, ...packages.map(staged)];
  const listings = JSON.parse(
    execFileSync('npm', command, { encoding: 'utf8' }),
  ) as readonly Listing[];
  const problems: string[] = [];
  const tarballs = packages.map((each): Tarball => {
    const { manifest } = each;
    const listing = listings.find(({ name }) => name === manifest.name) as Listing;
    const files = new Set(listing.files.map(({ path }) => path));
    const found = [...problemsOf(each, files), ...problemsOfContents(staged(each), files)];
    problems.push(...found.map((problem) => `${manifest.name}: ${problem}`));
    return {
      manifest: publishedManifest(manifest, each.folder, repository),
      path: join(folder, listing.filename),
      integrity: listing.integrity,
    };
  });
  return { tarballs, problems };
}

function problemsOf({ folder, manifest }: Published, files: ReadonlySet<string>): string[] {
  const wanted = ['README.md', 'LICENSE', ...targetsOf(manifest)];
  const licence = (where: string): string => readFileSync(join(where, 'LICENSE'), 'utf8');
  const isOurs = !files.has('LICENSE') || licence(folder) === licence('.');
  return [
    ...wanted.filter((path) => !files.has(path)).map((path) => `${path} is not packed`),
    ...[...files].filter((path) => !BELONGS.test(path)).map((path) => `${path} is packed`),
    ...(isOurs ? [] : ['LICENSE is not that of the repository']),
  ];
}

/** The files that its package.json names. */
function targetsOf(manifest: Manifest): string[] {
  const { bin = {} } = manifest;
  const entries = entriesOf(manifest).map(({ conditions }) => conditions);
  return [
    ...entries.flatMap(({ browser, ...all }) => [all, browser ?? all].flatMap(pathsOf)),
    ...Object.values(bin),
  ].map((path) => path.replace('./', ''));
}

function pathsOf({ types, default: file }: Files): string[] {
  return [types, file];
}
