import type { ViewPair } from '@halp/contrastive';
import type { EncoderWithHead } from '@halp/encoders';
import { type Objective, type Optimizer, type Params, prefixed } from '@halp/nn';
import type { Random } from '@halp/random';
import { expectObject, expectOptions, gotText } from '@halp/random/check';
import type { Layout, Stream } from '@halp/skeleton';
import type { Recipe } from '../recipe/recipe.ts';
import { importEncoder, type MakeEncoder } from './build-encoder.ts';
import { importExport, type ImportModulesOptions, importOptionNames } from './import-export.ts';
import { networkName } from './network-name.ts';

/** The two networks of a stream; an objective without a key network does not use the second. */
export interface NetworkPair {
  /** The network that is trained; its encoder is evaluated. */
  readonly query: EncoderWithHead;
  /** A network of the same structure with the same initial weights, such as for a moving average. */
  readonly key: EncoderWithHead;
}

/** What a user's objective is made of. The run owns the networks. */
export interface ObjectiveParts extends NetworkPair {
  /** The networks of every stream of the recipe; `query` and `key` are those of the first. */
  readonly streams: Readonly<Partial<Record<Stream, NetworkPair>>>;
  /** The joints of the clips. */
  readonly layout: Layout;
  /** M, the persons of a clip. */
  readonly persons: number;
  /** D, the length of an embedding. */
  readonly dimension: number;
}

/**
 * A user's objective: the function that its module exports as `objective`.
 *
 * Its `params` contain every parameter of the query encoder under `encoder_q.<name>` and its `state` every buffer, so that a
 * checkpoint can be evaluated: `prefixed('encoder_q', query.params)`. Of a second stream it is `encoder_q_motion`. Batches
 * have the views of the recipe, and labels if it is `supervised`. `dispose` frees what the function created, not the
 * networks.
 */
export type OwnObjective = (
  options: Readonly<Record<string, unknown>>,
  parts: ObjectiveParts,
  rng: Random,
) => Objective<ViewPair>;

/** A user's optimizer: the function that its module exports as `optimizer`. */
export type OwnOptimizer = (
  params: Params,
  options: Readonly<Record<string, unknown>>,
) => Optimizer;

/** The parts of a training that a user's modules make. */
export interface OwnParts {
  /** Builds the encoder. Default: `buildEncoder`. */
  readonly encoder?: MakeEncoder | undefined;
  /** Makes the objective of a recipe with `objective.kind: 'module'`. */
  readonly objective?: OwnObjective | undefined;
  /** Makes the optimizer of a recipe with `optimizer.kind: 'module'`. */
  readonly optimizer?: OwnOptimizer | undefined;
}

/**
 * Imports the encoder, the objective and the optimizer that a recipe names as modules, for {@link buildTraining}. This runs
 * their code.
 *
 * @throws RangeError if a module is not in `modules`; it is not imported then.
 * @throws TypeError if a module does not export its function, or its import fails.
 *
 * @example
 * ```ts
 * const modules = modulesOf(recipe).map(({ module }) => module); // of a recipe that you trust
 * const training = buildTraining(recipe, createRandom(0), await importParts(recipe, { modules }));
 * ```
 */
export async function importParts(
  recipe: Recipe,
  options: ImportModulesOptions = {},
): Promise<OwnParts> {
  const { objective, optimizer } = expectObject('importParts', recipe, 'a recipe');
  expectOptions('importParts', options, importOptionNames);
  const exported = (name: 'objective' | 'optimizer', module: string): Promise<unknown> =>
    importExport('importParts', { module, name }, options.modules);
  return {
    encoder: await importEncoder(recipe, options),
    ...(objective.kind === 'module' && {
      objective: (await exported('objective', objective.module)) as OwnObjective,
    }),
    ...(optimizer.kind === 'module' && {
      optimizer: (await exported('optimizer', optimizer.module)) as OwnOptimizer,
    }),
  };
}

/**
 * Throws unless a user's objective has the functions of one, and the query encoders' variables under their names.
 *
 * @throws TypeError otherwise, with the module and the first name that is missing.
 */
export function expectOwnObjective(
  module: string,
  objective: Objective<ViewPair>,
  streams: ReadonlyMap<Stream, NetworkPair>,
): void {
  expectFields(module, 'objective', objective, OBJECTIVE);
  for (const [stream, { query }] of streams) {
    const prefix = networkName('encoder_q', stream, streams.size);
    const { params, buffers } = query.encoder;
    expectVariables(module, 'params', objective.params, prefixed(prefix, params));
    expectVariables(module, 'state', objective.state, prefixed(prefix, buffers));
  }
}

/**
 * Throws unless a user's optimizer has the functions of one.
 *
 * @throws TypeError otherwise, with the module.
 */
export function expectOwnOptimizer(module: string, optimizer: Optimizer): void {
  expectFields(module, 'optimizer', optimizer, OPTIMIZER);
}

const OBJECTIVE = {
  ...{ params: 'object', state: 'object' },
  ...{ loss: 'function', afterStep: 'function', dispose: 'function' },
};
const OPTIMIZER = { state: 'object', step: 'function', dispose: 'function' };

function expectFields(
  module: string,
  name: 'objective' | 'optimizer',
  value: object,
  fields: Readonly<Record<string, string>>,
): void {
  const given = (value as object | undefined) ?? {};
  for (const [field, type] of Object.entries(fields)) {
    const found: unknown = (given as Readonly<Record<string, unknown>>)[field];
    if (typeof found === type && found !== null) continue;
    throw new TypeError(
      `${module}: expected '${name}' to return an ${name} with ${field}, got ${gotText(found)}; ` +
        `see ${name === 'objective' ? 'Objective' : 'Optimizer'} of @halp/nn`,
    );
  }
}

function expectVariables(
  module: string,
  field: 'params' | 'state',
  given: Params,
  wanted: Params,
): void {
  for (const [name, variable] of Object.entries(wanted)) {
    if (given[name] === variable) continue;
    const got = given[name] === undefined ? 'none' : 'another variable';
    const prefix = name.slice(0, name.indexOf('.'));
    const source = field === 'params' ? 'params' : 'buffers';
    throw new TypeError(
      `${module}: expected 'objective' to return an objective with the query encoder's ${name} in ${field}, got ${got}; ` +
        `add prefixed('${prefix}', query.${source})`,
    );
  }
}
