import { basename, dirname, join, resolve } from 'node:path';
import { FormatError } from '@halp/files';
import { expectText, gotText } from '@halp/random/check';
import {
  modulesOf,
  type ProtocolKind,
  protocolKinds,
  type Recipe,
  recipeNamed,
  recipeOfManifest,
} from '@halp/recipes';
import { isShortName, MAX_NAME_BYTES } from '../run/out-path.ts';
import { readInputText } from '../run/read-input.ts';

/** More runs are a mistake; their names alone could exhaust the memory. */
const MAX_RUNS = 10_000;

/** One run of a sweep. */
export interface SweepRun {
  /** Its name, unique in the sweep; also the name of its folder. */
  readonly name: string;
  /** The recipe with the values of the sweep, renamed if any is set. */
  readonly recipe: Recipe;
  /** The random seed. */
  readonly seed: number;
  /** The folder of the prepared data set. */
  readonly data: string;
  /** The folder of the run. */
  readonly out: string;
}

/** The runs that a plan file describes. */
export interface Sweep {
  /** The name of the plan file without `.json`. */
  readonly name: string;
  /** The plan file, an absolute path. */
  readonly plan: string;
  /** The folder of all its runs, an absolute path. */
  readonly out: string;
  /** Each recipe with each combination of values with each seed, seeds last. */
  readonly runs: readonly SweepRun[];
  /** The protocols by which each complete run is evaluated. */
  readonly evaluate: readonly ProtocolKind[];
  /** Epochs between two kNN accuracies in the log. Default: never. */
  readonly knnEvery?: number | undefined;
}

/** The content of a plan file; paths are relative to the file's folder. */
interface PlanFile {
  readonly data: string | Readonly<Record<string, string>>;
  readonly out: string;
  readonly recipes: readonly string[];
  readonly seeds: readonly number[];
  readonly values?: Readonly<Record<string, readonly unknown[]>>;
  readonly evaluate?: readonly ProtocolKind[];
  readonly knnEvery?: number;
}

/**
 * The runs of a plan file: recipes × combinations of `values` × seeds.
 *
 * @throws FormatError if the file is no plan; the message names the key and what was expected.
 *
 * @example
 * ```json
 * {
 *   "data": "data/nw-ucla",
 *   "out": "runs/lambda",
 *   "recipes": ["nw-ucla-halp"],
 *   "seeds": [0, 1, 2],
 *   "values": { "objective.lambda": [0.4, 0.8], "epochs": [100] },
 *   "evaluate": ["knn", "linear"],
 *   "knnEvery": 20
 * }
 * ```
 */
export async function readSweep(path: string): Promise<Sweep> {
  expectText('readSweep', 'the path of a plan', path);
  const plan = resolve(path);
  const file = planOf(await readInputText(path, 'the plan of a sweep'), path);
  const folder = dirname(plan);
  const out = resolve(folder, file.out);
  const lists = [file.recipes, file.seeds, ...Object.values(file.values ?? {})];
  const count = lists.reduce((product, { length }) => product * length, 1);
  if (count > MAX_RUNS) {
    throw new FormatError(path, `expected at most ${MAX_RUNS} runs, got ${count}; split the plan`);
  }
  const variants = combinations(file.values ?? {});
  const short = shortNames(Object.keys(file.values ?? {}));
  const runs = file.recipes.flatMap((name) =>
    variants.flatMap((values) => {
      const recipe = withValues(recipeOf(name, path), values, short, path);
      const data = resolve(folder, dataOf(file, recipe, path));
      return file.seeds.map((seed): SweepRun => {
        const run = `${recipe.name}-seed${seed}`;
        return { name: run, recipe, seed, data, out: join(out, run) };
      });
    }),
  );
  const places = new Map(runs.map(({ name }, i) => [name, i]));
  const twice = runs.find(({ name }, i) => places.get(name) !== i);
  if (twice !== undefined) throw new FormatError(path, `expected each run once, got ${twice.name}`);
  const long = runs.find(({ name }) => !isShortName(`${name}.log`));
  if (long !== undefined) {
    throw new FormatError(
      path,
      `expected runs with names of at most ${MAX_NAME_BYTES} bytes, got ${long.name}; shorten the values that are lists`,
    );
  }
  const { evaluate = ['knn'], knnEvery } = file;
  return {
    ...{ name: basename(plan).replace(/\.json$/, ''), plan, out, runs, evaluate },
    knnEvery,
  };
}

const isText = (value: unknown): value is string => typeof value === 'string' && value !== '';
const isWhole = (value: unknown, least: number): boolean =>
  Number.isSafeInteger(value) && Number(value) >= least;
const isList = (value: unknown, holds: (item: unknown) => boolean): boolean =>
  Array.isArray(value) && value.length > 0 && value.every((item) => holds(item));
/** No recipe is nested deeper. */
const isShallow = (value: unknown, depth = 0): boolean =>
  typeof value !== 'object' ||
  value === null ||
  (depth < 20 && Object.values(value).every((inner) => isShallow(inner, depth + 1)));
const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** The keys of a plan: a check of the value, and what is expected. */
const KEYS: Readonly<Record<keyof PlanFile, readonly [(value: unknown) => boolean, string]>> = {
  data: [
    (value) => isText(value) || (isRecord(value) && Object.values(value).every(isText)),
    'a folder, or an object with a folder for each data set',
  ],
  out: [isText, 'a folder'],
  recipes: [(value) => isList(value, isText), 'a list of recipe names'],
  seeds: [
    (value) => isList(value, (seed) => isWhole(seed, 0)),
    'a list of whole numbers of at least 0',
  ],
  values: [
    (value) =>
      value === undefined ||
      (isRecord(value) && Object.values(value).every((list) => isList(list, isShallow))),
    'an object with a list of values for each path in the recipe',
  ],
  evaluate: [
    (value) =>
      value === undefined ||
      (Array.isArray(value) && value.every((name) => protocolKinds.includes(name as never))),
    `a list of ${protocolKinds.join(', ')}`,
  ],
  knnEvery: [(value) => value === undefined || isWhole(value, 1), 'a whole number of at least 1'],
};

function planOf(text: string, path: string): PlanFile {
  let plan: unknown;
  try {
    plan = JSON.parse(text);
  } catch (error) {
    const problem = (error as Error).message.replaceAll(/\s+/g, ' ');
    throw new FormatError(path, `expected JSON, got ${problem}`);
  }
  if (!isRecord(plan))
    throw new FormatError(path, `expected the plan of a sweep as an object, got ${short(plan)}`);
  const names = Object.keys(KEYS);
  const unknown = Object.keys(plan).find((name) => !names.includes(name));
  if (unknown !== undefined) {
    throw new FormatError(path, `expected ${names.join(', ')}, got '${unknown}'`);
  }
  for (const [name, [fits, what]] of Object.entries(KEYS)) {
    if (!fits(plan[name])) {
      throw new FormatError(path, `expected ${name} to be ${what}, got ${short(plan[name])}`);
    }
  }
  return plan as unknown as PlanFile;
}

/** A value of the plan for a message: its JSON, or its kind where that is long. */
function short(value: unknown): string {
  if (value === undefined) return 'nothing';
  try {
    const text = JSON.stringify(value);
    return text.length <= 80 ? text : gotText(value);
  } catch {
    // Nested too deeply.
    return gotText(value);
  }
}

function recipeOf(name: string, path: string): Recipe {
  try {
    return recipeNamed(name);
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    throw new FormatError(path, error.message.replace(/^recipeNamed: /, ''));
  }
}

function dataOf({ data }: PlanFile, { data: { name } }: Recipe, path: string): string {
  const folder = typeof data === 'string' ? data : data[name];
  if (folder === undefined) throw new FormatError(path, `expected the folder of ${name} in data`);
  return folder;
}

type Values = readonly (readonly [place: string, value: unknown])[];

/** Every combination of one value for each place; the last place varies fastest. */
function combinations(values: Readonly<Record<string, readonly unknown[]>>): Values[] {
  return Object.entries(values).reduce<Values[]>(
    (chosen, [place, list]) =>
      chosen.flatMap((before) => list.map((value) => [...before, [place, value] as const])),
    [[]],
  );
}

/** The last part of each place, or the whole place if two places have the same last part. */
function shortNames(places: readonly string[]): ReadonlyMap<string, string> {
  const last = (place: string): string => place.split('.').at(-1) ?? place;
  return new Map(
    places.map((place) => {
      const isAlone = places.filter((other) => last(other) === last(place)).length === 1;
      return [place, isAlone ? last(place) : place];
    }),
  );
}

/** A recipe with changed values, which its name states: `nw-ucla-halp_lambda=0.4`. */
function withValues(
  recipe: Recipe,
  values: Values,
  short: ReadonlyMap<string, string>,
  path: string,
): Recipe {
  if (values.length === 0) return recipe;
  const changed = structuredClone(recipe) as unknown as Record<string, unknown>;
  for (const [place, value] of values) setValue(changed, place, value, recipe.name, path);
  const added = modulesOf(changed as unknown as Recipe).filter(({ module }) =>
    modulesOf(recipe).every((own) => own.module !== module),
  );
  if (added.length > 0) {
    const names = added.map(({ module, where }) => `${module} (${where})`).join(', ');
    throw new FormatError(path, `expected values without modules, which are code, got ${names}`);
  }
  const words = values.map(([place, value]) => `${short.get(place) ?? place}=${wordOf(value)}`);
  const named = { ...changed, name: [recipe.name, ...words].join('_') };
  return recipeOfManifest({ recipe: named }, path);
}

function setValue(
  recipe: Record<string, unknown>,
  place: string,
  value: unknown,
  name: string,
  path: string,
): void {
  const keys = place.split('.');
  const last = keys.pop() ?? '';
  let inner: unknown = recipe;
  for (const key of keys) inner = ownValue(inner, key);
  const before = ownValue(inner, last);
  if (before === undefined || last === 'kind' || place === 'name' || keys[0] === 'data') {
    throw new FormatError(path, `expected a value of ${name} that can vary, got '${place}'`);
  }
  if (kindOf(value) !== kindOf(before)) {
    const got = `${short(value)} for ${short(before)}`;
    throw new FormatError(path, `expected ${kindOf(before)} as ${place} of ${name}, got ${got}`);
  }
  (inner as Record<string, unknown>)[last] = value;
}

function ownValue(container: unknown, key: string): unknown {
  const isOwn =
    typeof container === 'object' && container !== null && Object.hasOwn(container, key);
  return isOwn ? (container as Record<string, unknown>)[key] : undefined;
}

function kindOf(value: unknown): string {
  if (Array.isArray(value)) return 'a list';
  return value === null ? 'null' : `a ${typeof value}`;
}

/** A value as part of a folder's name; it needs no quotes in a shell. */
function wordOf(value: unknown): string {
  if (Array.isArray(value)) return value.map(wordOf).join('-');
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  return text.replace(/[^\w.-]+/g, '-');
}
