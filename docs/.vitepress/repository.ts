import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, posix } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The folder of the repository. */
export const repository: string = fileURLToPath(new URL('../../', import.meta.url));

/** Folders whose READMEs are pages of the site. */
export type ReadmeFolder = 'packages' | 'examples';

/** The names of what has a README in a folder, in alphabetical order. */
export function readmesIn(folder: ReadmeFolder): readonly string[] {
  return readdirSync(join(repository, folder))
    .filter((name) => existsSync(readmeOf(folder, name)))
    .sort();
}

/** The title of a README: its first heading, up to a colon. */
export function titleOf(folder: ReadmeFolder, name: string): string {
  const [, title = name] = /^# ([^:\n]+)/m.exec(readFileSync(readmeOf(folder, name), 'utf8')) ?? [];
  return title.trim();
}

/** A route of VitePress for each README of a folder: the page is the README itself. */
export interface ReadmePages {
  /** What is looked at for changes. */
  readonly watch: readonly string[];
  /** The pages. */
  readonly paths: () => readonly { readonly params: { name: string }; readonly content: string }[];
}

/** Pages of the READMEs of a folder, so that nothing is written twice. */
export function readmePages(folder: ReadmeFolder): ReadmePages {
  return {
    watch: [`../../${folder}/*/README.md`],
    paths: () =>
      readmesIn(folder).map((name) => ({
        params: { name },
        content: withInstallNote(
          readFileSync(readmeOf(folder, name), 'utf8'),
          versionOf(folder, name),
        ),
      })),
  };
}

/** The version that is never published. */
const UNPUBLISHED = '0.0.0';

/** A README that says before its first `npm install` that this does not work yet, if the package is not published. */
export function withInstallNote(readme: string, version: string | undefined): string {
  if (version !== UNPUBLISHED) return readme;
  const note =
    'Not on npm yet: [a clone packs it for your project](../../docs/get-started.md#in-a-project-of-your-own).';
  return readme.replace(/^```sh\n(?:npm install|npx) /m, (install) => `${note}\n\n${install}`);
}

/** The version under which a package is published; undefined for a private one. */
function versionOf(folder: ReadmeFolder, name: string): string | undefined {
  const manifest = join(repository, folder, name, 'package.json');
  const { version, private: isPrivate } = JSON.parse(readFileSync(manifest, 'utf8')) as {
    readonly version?: string;
    readonly private?: boolean;
  };
  return isPrivate === true ? undefined : version;
}

function readmeOf(folder: ReadmeFolder, name: string): string {
  return join(repository, folder, name, 'README.md');
}

/** The file of the repository that a page is made of: `packages/data.md` is `packages/data/README.md`. */
export function sourceOfPage(page: string): string {
  const readme = /^(packages|examples)\/([^/]+)\.md$/.exec(page);
  if (readme === null || readme[2] === 'index') return posix.join('docs', page);
  return `${readme[1]}/${readme[2]}/README.md`;
}

/** Where a link in a page leads on the site; undefined if that file is no page. */
export function pageOfLink(page: string, link: string): string | undefined {
  const [path = '', anchor] = link.split('#');
  const hash = anchor === undefined ? '' : `#${anchor}`;
  const file = posix.join(dirname(sourceOfPage(page)), path).replace(/\/$/, '');
  const readme = /^(packages|examples)\/([^/]+)(?:\/README\.md)?$/.exec(file);
  if (readme !== null && readmesIn(readme[1] as ReadmeFolder).includes(readme[2] as string)) {
    return `/${readme[1]}/${readme[2]}.md${hash}`;
  }
  if (file === 'packages') return `/packages/index.md${hash}`;
  if (file === 'README.md' || file === 'docs/README.md') return `/index.md${hash}`;
  if (file === 'docs/api') return '/api/index.html';
  return /^docs\/.+\.md$/.test(file) ? `/${file.slice('docs/'.length)}${hash}` : undefined;
}

/** The anchor that GitHub gives to a heading, so that links work there and here. */
export function anchorOf(heading: string): string {
  return heading
    .trim()
    .toLowerCase()
    .replace(/[^\p{L}\p{M}\p{N}\p{Pc}\- ]/gu, '')
    .replaceAll(' ', '-');
}
