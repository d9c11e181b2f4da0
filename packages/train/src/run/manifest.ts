import { FormatError } from '@halp/files';
import { expectText } from '@halp/random/check';
import { isRecord, parseJson } from './json.ts';

/** What a run was made from: enough to understand its numbers and to make it again. */
export interface RunManifest {
  /** The version of the run folder's format. */
  readonly format: 1;
  /** The recipe's name. */
  readonly name: string;
  /** The whole recipe as plain data; a run is resumed with an equal one only. */
  readonly recipe: unknown;
  /** The seed from which every random number of the run comes. */
  readonly seed: number;
  /** The data set: its name, benchmark, and the checksums of its arrays. */
  readonly data: Readonly<Record<string, unknown>>;
  /** The backend, with what it multiplies, and versions of everything that can change a number. */
  readonly software: Readonly<Record<string, string>>;
  /** Processor, number of cores, operating system. */
  readonly machine: Readonly<Record<string, string | number>>;
  /** When the run began, ISO 8601. */
  readonly startedAt: string;
  /** The modules that the recipe names, as they were when the run began; none where it names none. */
  readonly modules?: readonly ModuleRecord[];
  /** The epochs that were last asked for, which may be fewer than the recipe's; a run with so many is complete. */
  readonly epochs?: number;
  /** The run, and the epoch of it, from whose checkpoint this run continued. */
  readonly branchedFrom?: {
    /** Its folder, relative to this run's, so that both may be moved together. */
    readonly run: string;
    /** The epochs after which. */
    readonly epoch: number;
  };
  /** The file from which the run's first checkpoint was made. */
  readonly importedFrom?: {
    /** Its name. */
    readonly file: string;
    /** The SHA-256 of its bytes, in hexadecimal. */
    readonly sha256: string;
    /** What of the model it held; the rest began anew. */
    readonly parts: readonly string[];
    /** The epochs of training that it had. */
    readonly epoch?: number;
  };
}

/** A module of a run's recipe, as it was when the run began. */
export interface ModuleRecord {
  /** The field of the recipe that names it. */
  readonly where: string;
  /** Its URL or package name, as the recipe has it. */
  readonly module: string;
  /** The file that was imported. */
  readonly path?: string;
  /** The path relative to the folder of the recipe's file, where the recipe was read from one. */
  readonly relative?: string;
  /** The SHA-256 of the file, in hexadecimal; what it imports itself is not part of it. */
  readonly sha256?: string;
}

/**
 * The manifest in a text of JSON.
 *
 * @param path - The file's name, for error messages.
 * @throws FormatError if it is none, of another format, or lacks something.
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
    throw new FormatError(path, `expected ${lacking[0]}, got none that fits`);
  return value as unknown as RunManifest;
}

/**
 * Where two recipes differ, as `path: a !== b`, or an empty list.
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
