import {
  cpSync,
  existsSync,
  mkdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { join, posix } from 'node:path';
import { isFileLink } from '../../docs/.vitepress/repository-links.ts';
import type { Manifest, Published } from './published.ts';

/** The export condition that leads to sources inside this workspace. */
export const SOURCE_CONDITION = '@halp/source';

/**
 * The web address of the repository, if this is a GitHub workflow; a clone does not know it.
 *
 * @param env - Such as `process.env`.
 */
export function repositoryAddress(env: NodeJS.ProcessEnv): string | undefined {
  const { GITHUB_SERVER_URL: server, GITHUB_REPOSITORY: name } = env;
  return server === undefined || name === undefined ? undefined : `${server}/${name}`;
}

/**
 * Writes a package as it is published into a new folder: its files, a package.json without what is only for the workspace,
 * and a README whose links work outside the repository.
 *
 * @param target - The folder; it is removed first.
 * @param repository - The web address of the repository, if known.
 */
export function stagePackage(
  { folder, manifest }: Published,
  target: string,
  repository?: string,
): void {
  rmSync(target, { recursive: true, force: true });
  mkdirSync(target, { recursive: true });
  for (const name of [...manifest.files, 'LICENSE']) {
    const from = join(folder, name);
    // A package has no CHANGELOG.md before its first release.
    if (existsSync(from)) cpSync(from, join(target, name), { recursive: true });
  }
  const staged = publishedManifest(manifest, folder, repository);
  writeFileSync(join(target, 'package.json'), `${JSON.stringify(staged, null, 2)}\n`);
  const readme = readFileSync(join(folder, 'README.md'), 'utf8');
  writeFileSync(join(target, 'README.md'), publishedReadme(readme, folder, repository));
}

/**
 * The package.json that is published: without the condition {@link SOURCE_CONDITION}, scripts, development dependencies and
 * the folder of the staged package; with the repository, if known: npm shows it, and requires it for provenance.
 */
export function publishedManifest(
  manifest: Manifest,
  folder: string,
  repository?: string,
): Manifest {
  const { scripts: _, devDependencies: __, publishConfig, exports, ...rest } = manifest;
  const { directory: ___, ...config } = publishConfig ?? {};
  const origin = {
    repository: { type: 'git', url: `git+${repository}.git`, directory: folder },
    homepage: `${repository}/tree/main/${folder}#readme`,
    bugs: { url: `${repository}/issues` },
  };
  return {
    ...rest,
    exports: withoutSource(exports),
    publishConfig: config,
    ...(repository !== undefined && origin),
  };
}

function withoutSource<Value>(value: Value): Value {
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([condition]) => condition !== SOURCE_CONDITION)
      .map(([condition, each]) => [condition, withoutSource(each)]),
  ) as Value;
}

/**
 * A README with absolute links into the repository in place of relative ones; where the address of the
 * repository is not known, the text of the link alone.
 *
 * @param folder - The folder of the README, from the root of the repository.
 */
export function publishedReadme(readme: string, folder: string, repository?: string): string {
  return outsideCode(readme, (text) =>
    text.replace(/\[([^\]]*)\]\(([^)\s]+)\)/g, (link, words: string, target: string) => {
      if (!isFileLink(target)) return link;
      if (repository === undefined) return words;
      const [path = '', anchor] = target.split('#');
      const file = posix.join(folder, path);
      const kind = existsSync(file) && statSync(file).isDirectory() ? 'tree' : 'blob';
      const hash = anchor === undefined ? '' : `#${anchor}`;
      return `[${words}](${repository}/${kind}/main/${file}${hash})`;
    }),
  );
}

/** Changes Markdown outside fenced blocks. Code in a line stays: what looks like a link there has no `](`. */
function outsideCode(markdown: string, change: (text: string) => string): string {
  return markdown
    .split(/(^```[^]*?^```$)/m)
    .map((part, i) => (i % 2 === 0 ? change(part) : part))
    .join('');
}
