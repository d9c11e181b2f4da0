import type { Dataset, Part } from '@halp/data';
import { createEvaluation, type FeatureBatch } from '@halp/protocols';
import type { Random } from '@halp/random';
import { expectFunction, expectObject, gotText, importFailure } from '@halp/random/check';
import { evaluationBatches, type StreamEncoder } from '@halp/recipes';
import { loaderOn } from '../features/make-loader.ts';
import { subjectsOf } from '../features/subjects.ts';
import { ignore, note } from '../run/events.ts';
import { exportOf } from '../run/load-module.ts';
import type {
  OwnEvaluation,
  OwnFigure,
  OwnPredictions,
  OwnProtocol,
  OwnProtocolInput,
} from './own-protocol.ts';
import type { FoundModule, ProtocolContext } from './protocol.ts';

/**
 * The function of a user's protocol. This runs the module's code.
 *
 * @throws RangeError if its import fails, or it lacks the export.
 * @throws TypeError if the export is not a function.
 */
export async function loadOwn(
  caller: string,
  { path, sha256 }: Pick<FoundModule, 'path' | 'sha256'>,
): Promise<OwnProtocol> {
  const wanted = { caller, name: 'protocol', instead: 'the path of a module', sha256 };
  const found = await exportOf(path, wanted);
  expectFunction(caller, `'protocol' of ${path} to be a function`, found);
  return found as OwnProtocol;
}

/**
 * Runs a user's protocol, checks what it returns, and frees what it opened.
 *
 * @throws RangeError if the protocol throws, or returns no result; the message names its file.
 */
export async function runOwn(
  module: FoundModule,
  context: ProtocolContext,
  rng: Random,
): Promise<OwnEvaluation> {
  const protocol = await loadOwn('evaluate', module);
  const { path, options } = module;
  const opened = openedInput(path, context, await classesOf(context));
  try {
    const result: unknown = await Promise.resolve(protocol(options, opened.input, rng)).catch(
      (error: unknown) => {
        if (context.signal?.aborted === true) throw error;
        const text = `evaluate: expected a result of the protocol ${path}, got an error: ${importFailure(error)}`;
        throw new RangeError(text, { cause: error });
      },
    );
    return await ownEvaluation(result, module, context);
  } finally {
    await opened.close();
  }
}

async function classesOf({ data }: ProtocolContext): Promise<readonly string[]> {
  const dataset = await data.open('test');
  await dataset.close();
  return dataset.classes;
}

/** The input of a protocol, and what closes and disposes everything that it opened. */
function openedInput(
  path: string,
  { recipe, data, modules, features, copies, say = ignore, signal }: ProtocolContext,
  classes: readonly string[],
): { readonly input: OwnProtocolInput; readonly close: () => Promise<void> } {
  const datasets: Dataset[] = [];
  const networks: { dispose(): void }[] = [];
  const open = async (part: Part): Promise<Dataset> => {
    const dataset = await data.open(part);
    datasets.push(dataset);
    return dataset;
  };
  return {
    input: {
      ...{ recipe, classes, features, dataset: open, signal },
      subjects: async (part) => subjectsOf(path, await open(part)),
      async *batches(part): AsyncGenerator<FeatureBatch> {
        yield* await evaluationBatches(recipe, await open(part), loaderOn(undefined, modules));
      },
      async encoders(): Promise<readonly StreamEncoder[]> {
        const copy = await copies();
        networks.push(copy);
        return copy.encoders;
      },
      note: (text) => note(say, text),
    },
    async close() {
      for (const network of networks) network.dispose();
      for (const dataset of datasets) await dataset.close();
    },
  };
}

async function ownEvaluation(
  result: unknown,
  { path, name, options }: FoundModule,
  { data }: ProtocolContext,
): Promise<OwnEvaluation> {
  const caller = 'evaluate';
  const expected = `the protocol ${path} to return`;
  const given = expectObject(caller, result as object, `${expected} an object`);
  const { metrics } = given as OwnFigure;
  expectMetrics(metrics, expected);
  const own = { protocol: 'module', name, settings: options, metrics } as const;
  if ('predictions' in given || 'scores' in given) {
    const [train, test] = [await data.open('train'), await data.open('test')];
    const { classes, labels } = test;
    const count = train.length;
    await train.close();
    await test.close();
    const outcome = outcomeOf(given as OwnPredictions, labels.length, classes.length, expected);
    const evaluation = createEvaluation({
      ...{ protocol: 'module', settings: options, selection: null, classes },
      counts: { train: count, validation: 0 },
      labels: Int32Array.from(labels),
      ...outcome,
    });
    return { ...evaluation, ...own };
  }
  const { metric, value, interval } = given as OwnFigure;
  if (typeof metric !== 'string' || metric === '') {
    throw new TypeError(
      `${caller}: expected ${expected} predictions, scores, or the name of a metric with its value, got ${gotText(metric)}`,
    );
  }
  expectFraction(value, `${expected} value`);
  if (interval !== undefined) {
    expectFraction(interval.low, `${expected} interval.low`);
    expectFraction(interval.high, `${expected} interval.high`);
  }
  return { ...own, metric, value, interval };
}

function outcomeOf(
  given: OwnPredictions,
  clips: number,
  classes: number,
  expected: string,
): { readonly predictions: Int32Array } | { readonly scores: Float32Array } {
  const [field, values, type, size] =
    'predictions' in given
      ? (['predictions', given.predictions, Int32Array, clips] as const)
      : (['scores', given.scores, Float32Array, clips * classes] as const);
  if (values instanceof type && values.length === size) {
    return { [field]: values } as ReturnType<typeof outcomeOf>;
  }
  const got = values instanceof type ? `${values.length} numbers` : gotText(values);
  const what = field === 'scores' ? `${clips} clips × ${classes} classes` : `${clips} clips`;
  throw new RangeError(
    `evaluate: expected ${expected} ${field} as ${type.name} for ${what} of the test part, got ${got}`,
  );
}

function expectMetrics(metrics: unknown, expected: string): void {
  if (metrics === undefined) return;
  const given = expectObject('evaluate', metrics as object, `${expected} metrics as an object`);
  for (const [name, value] of Object.entries<unknown>({ ...given })) {
    if (Number.isFinite(value)) continue;
    throw new RangeError(
      `evaluate: expected ${expected} finite numbers in metrics, got ${gotText(value)} as ${name}`,
    );
  }
}

function expectFraction(value: unknown, what: string): void {
  if (typeof value === 'number' && value >= -1 && value <= 1) return;
  throw new RangeError(
    `evaluate: expected ${what} in [-1, 1], got ${gotText(value)}; scale it, or return it in metrics`,
  );
}
