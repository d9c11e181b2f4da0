import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** What the tools read of the package.json of a published package. */
export interface Manifest {
  readonly name: string;
  readonly version: string;
  readonly private?: boolean;
  readonly files: readonly string[];
  readonly exports: Readonly<Record<string, string | Conditions>>;
  readonly bin?: Readonly<Record<string, string>>;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
  readonly peerDependencies?: Readonly<Record<string, string>>;
  readonly peerDependenciesMeta?: Readonly<Record<string, { readonly optional?: boolean }>>;
  readonly devDependencies?: Readonly<Record<string, string>>;
  readonly scripts?: Readonly<Record<string, string>>;
  readonly publishConfig?: Readonly<Record<string, unknown>>;
}

/** The files of an entry, by the condition under which a tool takes them. */
export interface Conditions extends Files {
  /** What browsers get instead; `null` in an entry that needs Node: a bundler for browsers refuses it by name. */
  readonly browser?: Files | null;
}

/** The code of an entry, and what TypeScript knows of it. */
export interface Files {
  readonly types: string;
  readonly default: string;
}

/** A package that is published. */
export interface Published {
  /** Its folder from the root of the repository. */
  readonly folder: string;
  readonly manifest: Manifest;
}

/** An entry of a package. */
export interface Entry {
  /** What is imported, `@halp/data/node`. */
  readonly specifier: string;
  readonly conditions: Conditions;
}

/** The packages that are published, in alphabetical order. */
export function publishedPackages(): readonly Published[] {
  return readdirSync('packages')
    .sort()
    .map((name) => join('packages', name))
    .map((folder) => ({
      folder,
      manifest: JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as Manifest,
    }))
    .filter(({ manifest }) => manifest.private !== true);
}

/** The entries of a package that hold code. */
export function entriesOf({ name, exports }: Manifest): readonly Entry[] {
  return Object.entries(exports).flatMap(([path, conditions]) =>
    typeof conditions === 'string' ? [] : [{ specifier: name + path.slice(1), conditions }],
  );
}
