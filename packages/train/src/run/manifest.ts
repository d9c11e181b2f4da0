import { FormatError } from '@halp/files';
import { expectText } from '@halp/random/check';
import { isRecord, parseJson } from './json.ts';

/** The inputs of a run: everything needed to understand and reproduce its numbers. */
export interface RunManifest {
  /** The version of the run folder's format. */
  readonly format: 1;
  /** The recipe's name. */
  readonly name: string;
  /** The whole recipe as plain data; a run can only be resumed with an equal recipe. */
  readonly recipe: unknown;
  /** The seed of every random number of the run. */
  readonly seed: number;
  /** The data set: its name, benchmark, and the checksums of its arrays. */
  readonly data: Readonly<Record<string, unknown>>;
  /** The backend with its matrix kernels, and the versions of everything that can change a number. */
  readonly software: Readonly<Record<string, string>>;
  /** Processor, number of cores, operating system. */
  readonly machine: Readonly<Record<string, string | number>>;
  /** When the run began, ISO 8601. */
  readonly startedAt: string;
  /** The modules of the recipe at the start of the run; absent if there are none. */
  readonly modules?: readonly ModuleRecord[] | undefined;
  /** The last requested number of epochs, at which the run is complete; may be lower than the recipe's. */
  readonly epochs?: number | undefined;
  /** The run and epoch whose checkpoint this run continues. */
  readonly branchedFrom?:
    | {
        /** Its folder, relative to this run's folder, so both can be moved together. */
        readonly run: string;
        /** The number of epochs at the checkpoint. */
        readonly epoch: number;
      }
    | undefined;
  /** The file of the run's initial weights. */
  readonly importedFrom?: {
    /** Its name. */
    readonly file: string;
    /** The SHA-256 of its bytes, in hexadecimal. */
    readonly sha256: string;
    /** The parts of the model that it held; the others kept their initial values. */
    readonly parts: readonly string[];
    /** Its number of training epochs. */
    readonly epoch?: number;
  };
}

/** A module of a run's recipe at the start of the run. */
export interface ModuleRecord {
  /** The field of the recipe that names it. */
  readonly where: string;
  /** Its URL or package name, as in the recipe. */
  readonly module: string;
  /** The file that was imported. */
  readonly path?: string | undefined;
  /** The path relative to the folder of the recipe's file, if the recipe was read from a file. */
  readonly relative?: string | undefined;
  /** The SHA-256 of the file, in hexadecimal; its imports are not included. */
  readonly sha256?: string | undefined;
}

/**
 * The manifest of a JSON text.
 *
 * @param path - The file's name, for error messages.
 * @throws FormatError if it is not a manifest, has another format, or lacks a field.
 */
export function parseManifest(text: string, path: string): RunManifest {
  expectText('parseManifest', 'the text of a manifest', text);
  const value = parseJson(text, path);
  if (!isRecord(value) || value['format'] !== 1) {
    const got = isRecord(value)
      ? `format ${JSON.stringify(value['format']) ?? 'unnamed'}`
      : 'no object';
    throw new FormatError(path, `expected a run folder of format 1, got ${got}`);
  }
  const { name, recipe, seed, data, software, machine, startedAt } = value;
  const lacking = Object.entries({
    name: typeof name === 'string',
    recipe: recipe !== undefined,
    seed: Number.isSafeInteger(seed),
    data: isRecord(data),
    software: isRecord(software),
    machine: isRecord(machine),
    startedAt: typeof startedAt === 'string',
  }).find(([, there]) => !there);
  if (lacking !== undefined)
    throw new FormatError(path, `expected a valid ${lacking[0]}, got none`);
  return value as unknown as RunManifest;
}

/**
 * The differences between two recipes, as `path: a !== b`; empty if they are equal.
 *
 * Both are compared as the JSON that a manifest holds; the order of keys does not matter.
 */
export function recipeDifferences(a: unknown, b: unknown): string[] {
  return differences(asJson(a), asJson(b), 'recipe');
}

function asJson(value: unknown): unknown {
  return value === undefined ? undefined : (JSON.parse(JSON.stringify(value)) as unknown);
}

function differences(a: unknown, b: unknown, path: string): string[] {
  if (isRecord(a) && isRecord(b) && Array.isArray(a) === Array.isArray(b)) {
    const keys = [...new Set([...Object.keys(a), ...Object.keys(b)])];
    const [left, right] = [new Map(Object.entries(a)), new Map(Object.entries(b))];
    return keys.flatMap((key) => differences(left.get(key), right.get(key), `${path}.${key}`));
  }
  const [left, right] = [JSON.stringify(a), JSON.stringify(b)];
  return left === right ? [] : [`${path}: ${left ?? 'absent'} !== ${right ?? 'absent'}`];
}
