/**
 * Checks the imports between packages. Fails if a package imports upward, imports what its package.json or
 * tsconfig.json does not declare, or has a cycle between its files or rooms.
 * Usage: tsx tools/graph/check-graph.ts
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import ts from 'typescript';
import { cyclesOf } from './cycles.ts';

/** The level of each package. A package imports lower levels only. */
const LEVELS: Readonly<Record<string, number>> = {
  skeleton: 0,
  random: 0,
  files: 0,
  'tfjs-native': 0,
  data: 1,
  augment: 1,
  nn: 1,
  viewer: 1,
  loader: 2,
  encoders: 2,
  contrastive: 2,
  train: 2,
  backend: 2,
  positives: 3,
  protocols: 3,
  onnx: 3,
  report: 4,
  recipes: 5,
  runs: 6,
  live: 6,
  cli: 7,
  halp: 7,
};
/** Development dependencies that the build bundles into the package (`tsup.config.ts`). */
const BUILT_IN: Readonly<Record<string, readonly string[]>> = {
  'packages/backend': ['@tensorflow/tfjs'],
};
/** Packages for tests only. */
const TEST_ONLY = new Set(['testing']);

interface Manifest {
  readonly name: string;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly devDependencies?: Readonly<Record<string, string>>;
  readonly peerDependencies?: Readonly<Record<string, string>>;
}

const problems: string[] = [];

for (const name of readdirSync('packages').sort()) checkPackage(name);
for (const name of readdirSync('examples').sort()) checkImports(join('examples', name), ['.']);

if (problems.length > 0) {
  console.error(problems.join('\n'));
  process.exitCode = 1;
} else {
  console.log(
    `check-graph: ${readdirSync('packages').length} packages import downward and as declared`,
  );
}

function checkPackage(name: string): void {
  const folder = join('packages', name);
  const manifest = readJson(join(folder, 'package.json')) as Manifest;
  if (LEVELS[name] === undefined && !TEST_ONLY.has(name))
    problems.push(`${folder}: has no level in tools/graph/check-graph.ts`);
  const dependencies = Object.keys(manifest.dependencies ?? {}).filter((other) =>
    other.startsWith('@halp/'),
  );
  if (!TEST_ONLY.has(name)) {
    for (const other of dependencies) checkLevel(folder, name, other.slice('@halp/'.length));
  }
  const { references = [] } = readJson(join(folder, 'tsconfig.json')) as {
    references?: { path: string }[];
  };
  const referenced = references.map(({ path }) => path.replace('../', '@halp/')).sort();
  if (referenced.join() !== [...dependencies].sort().join()) {
    problems.push(
      `${folder}/tsconfig.json: expected references to ${dependencies.join(', ')}, got ${referenced.join(', ')}`,
    );
  }
  checkImports(folder, ['src']);
  checkCycles(folder);
}

function checkCycles(folder: string): void {
  const source = join(folder, 'src');
  const build = join(folder, 'tsup.config.ts');
  const text = existsSync(build) ? readFileSync(build, 'utf8') : "'src/index.ts'";
  const entries = [...text.matchAll(/'src\/([^']+)'/g)].map(([, entry]) => entry as string);
  const imports = typescriptFiles(source).map((file) => {
    const own = importsOf(file).filter((specifier) => specifier.startsWith('.'));
    return [
      relative(source, file),
      own.map((path) => relative(source, join(file, '..', path))),
    ] as const;
  });
  const cycles = cyclesOf(new Map(imports), new Set(entries));
  problems.push(...cycles.map((each) => `${folder}: ${each}`));
}

function checkLevel(folder: string, name: string, other: string): void {
  if (TEST_ONLY.has(other))
    problems.push(`${folder}: depends on @halp/${other}, which is for tests`);
  else if ((LEVELS[other] ?? Infinity) >= (LEVELS[name] ?? -1)) {
    problems.push(`${folder}: depends on @halp/${other}, which is not on a lower level`);
  }
}

/** Sources may import `dependencies` and `peerDependencies`; tests and benchmarks also `devDependencies`. */
function checkImports(folder: string, sourceFolders: readonly string[]): void {
  const manifest = readJson(join(folder, 'package.json')) as Manifest;
  const root = readJson('package.json') as Manifest;
  const forUsers = { ...manifest.dependencies, ...manifest.peerDependencies };
  const forDevelopment = { ...forUsers, ...manifest.devDependencies, ...root.devDependencies };
  for (const file of typescriptFiles(folder)) {
    const isSource = sourceFolders.some((source) =>
      source === '.'
        ? !file.startsWith(join(folder, 'test'))
        : file.startsWith(join(folder, source)),
    );
    const declared = isSource ? forUsers : forDevelopment;
    for (const specifier of importsOf(file)) {
      if (specifier.startsWith('.') || specifier.startsWith('node:')) continue;
      const dependency = specifier
        .split('/')
        .slice(0, specifier.startsWith('@') ? 2 : 1)
        .join('/');
      if (dependency === manifest.name || BUILT_IN[folder]?.includes(dependency)) continue;
      if (!(dependency in declared))
        problems.push(
          `${file}: imports ${dependency}, which ${folder}/package.json does not declare`,
        );
    }
  }
}

function importsOf(file: string): string[] {
  return ts
    .preProcessFile(readFileSync(file, 'utf8'), true, true)
    .importedFiles.map(({ fileName }) => fileName);
}

function typescriptFiles(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    if (['node_modules', 'dist', '.packed', '.tsbuild', 'fixtures'].includes(entry.name)) return [];
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return typescriptFiles(path);
    return entry.name.endsWith('.ts') && entry.name !== 'tsup.config.ts' ? [path] : [];
  });
}

function readJson(path: string): unknown {
  return JSON.parse(readFileSync(path, 'utf8')) as unknown;
}
