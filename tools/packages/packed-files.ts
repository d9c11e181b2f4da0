import { readFileSync } from 'node:fs';
import { join, posix } from 'node:path';
import ts from 'typescript';
import { isFileLink } from '../../docs/.vitepress/repository-links.ts';
import { readDocument } from '../docs/markdown.ts';
import type { Manifest } from './published.ts';
import type { SourceMap } from './source-maps.ts';
import { SOURCE_CONDITION } from './stage.ts';

/** Dependencies that no code of a package imports, and why it installs them. */
const INSTALLED_FOR: Readonly<Record<string, readonly string[]>> = {
  // One install for a first script: a backend, and the core that the backend takes as a peer. Functions of runs, which
  // installs @halp/train, return its RunFolder.
  '@halp/halp': ['@halp/train', '@tensorflow/tfjs-backend-wasm', '@tensorflow/tfjs-core'],
  // The interface of a model.
  '@halp/live': ['@halp/recipes'],
  // The interface of the objective that the term is added to.
  '@halp/positives': ['@halp/contrastive'],
  // The command works without a choice of backends.
  '@halp/cli': ['@tensorflow/tfjs-backend-wasm'],
};

/**
 * What is wrong with the contents of a package as it is published.
 *
 * @param folder - The folder of the unpacked package.
 * @param files - Its files.
 * @returns A line for each problem.
 */
export function problemsOfContents(folder: string, files: ReadonlySet<string>): string[] {
  const manifest = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as Manifest;
  return [
    ...(JSON.stringify(manifest.exports).includes(SOURCE_CONDITION)
      ? [`package.json: expected no condition ${SOURCE_CONDITION}`]
      : []),
    ...linkProblems(folder),
    ...[...files].filter((path) => /^dist\/.*\.(js|d\.ts)$/.test(path)).flatMap(mapProblems),
    ...dependencyProblems(folder, manifest, files),
  ];

  function mapProblems(path: string): string[] {
    const text = readFileSync(join(folder, path), 'utf8');
    const name = /\/\/# sourceMappingURL=(\S+)\s*$/.exec(text)?.[1];
    // Code without statements has no map.
    if (name === undefined) return path.endsWith('.d.ts') ? [`${path}: expected a source map`] : [];
    const map = posix.join(posix.dirname(path), name);
    if (!files.has(map)) return [`${path}: names ${map}, which is not packed`];
    const {
      sources,
      sourcesContent,
      sourceRoot = '',
    } = JSON.parse(readFileSync(join(folder, map), 'utf8')) as SourceMap;
    return sources
      .map((source) => posix.join(posix.dirname(map), sourceRoot, source))
      .filter((source, i) => !files.has(source) && typeof sourcesContent?.[i] !== 'string')
      .map((source) => `${map}: leads to ${source}, which is neither packed nor in the map`);
  }
}

function linkProblems(folder: string): string[] {
  return readDocument(join(folder, 'README.md'))
    .links.filter(({ target }) => isFileLink(target))
    .map(({ target, line }) => `README.md:${line}: ${target} leads nowhere outside the repository`);
}

/** Whether a package installs what its code imports, declares what its types import, and nothing else. */
function dependencyProblems(
  folder: string,
  { name, dependencies = {}, peerDependencies = {} }: Manifest,
  files: ReadonlySet<string>,
): string[] {
  const imported = (ending: RegExp): ReadonlySet<string> =>
    new Set(
      [...files]
        .filter((path) => path.startsWith('dist/') && ending.test(path))
        .flatMap((path) => importsOf(readFileSync(join(folder, path), 'utf8'))),
    );
  const code = imported(/\.js$/);
  const types = imported(/\.d\.ts$/);
  const declared = new Set([name, ...Object.keys(dependencies), ...Object.keys(peerDependencies)]);
  const intended = INSTALLED_FOR[name] ?? [];
  return [
    ...Object.keys(dependencies)
      .filter((each) => !code.has(each) && !intended.includes(each))
      .map(
        (each) =>
          `package.json: installs ${each}, which ${types.has(each) ? 'only its types import' : 'nothing imports'}`,
      ),
    ...[...types]
      .filter((each) => !declared.has(each))
      .map((each) => `package.json: its types import ${each}, which is not declared`),
  ];
}

/** The packages that a file imports, or names in a call such as `import.meta.resolve`. */
function importsOf(text: string): string[] {
  const { importedFiles } = ts.preProcessFile(text, true, true);
  const named = [...text.matchAll(/(?:resolve|require)\(\s*['"]([^'"]+)['"]/g)].map(
    ([, specifier]) => specifier as string,
  );
  return [...importedFiles.map(({ fileName }) => fileName), ...named]
    .filter((specifier) => !/^(\.|node:)/.test(specifier))
    .map(packageOf);
}

/** The package that a specifier leads to: `@halp/data` for `@halp/data/node`. */
export function packageOf(specifier: string): string {
  return specifier
    .split('/')
    .slice(0, specifier.startsWith('@') ? 2 : 1)
    .join('/');
}
