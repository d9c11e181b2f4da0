import { fileNameOf } from '@halp/files';
import type { Interval, ProbeEpoch } from '@halp/protocols';
import { createRandom } from '@halp/random';
import { protocolText } from '@halp/report';
import type { Classifier, ClipChanges, Recipe } from '@halp/recipes';
import { writeClassifier } from './classifier-file.ts';
import { coordinatesResult, coordinatesText, type CoordinatesResult } from './coordinates.ts';
import type { EvaluationData } from './evaluation-data.ts';
import { openForEvaluation, type RunToEvaluate } from './open-for-evaluation.ts';
import { percent, type Output } from './output.ts';
import { protocolName, type ProtocolRequest, type ProtocolResult } from './protocol.ts';
import { protocolCheckpoints } from './protocol-checkpoints.ts';
import { runProtocol } from './run-protocol.ts';
import { changesField, sayChanges } from './say-changes.ts';

/** What to evaluate, on what. */
export interface EvaluateOptions extends RunToEvaluate {
  /** The protocols. */
  readonly protocols: readonly ProtocolRequest[];
  /** Whether 1-NN on coordinates is computed even where it takes more than a minute. Default: false. */
  readonly coordinates?: boolean;
  /** Stops between two steps. */
  readonly signal?: AbortSignal;
}

/** An evaluation and what was evaluated. */
export type RunEvaluation = ProtocolResult & {
  /** The recipe's name. */
  readonly recipe: string;
  /** The seed of the run, and of the protocol. */
  readonly seed: number;
  /** The epochs of training after which. */
  readonly epoch: number;
  /** The data set and its split, such as `nw-ucla xview`. */
  readonly data: string;
  /** 1-NN on the coordinates of the same clips in the same view; absent where it was left out. */
  readonly coordinates?: CoordinatesResult;
  /** What makes the run smaller than the recipe that it is called after. */
  readonly reduced?: string;
  /** What was changed to bring the clips into the form that the encoder takes; none where nothing was. */
  readonly changes?: ClipChanges;
  /** How it was evaluated: an evaluation stands for another one with an equal text only. */
  readonly asked: string;
};

/**
 * Evaluates the encoders of a run by each protocol, writes the results into the run folder as
 * `evaluations/epoch-0300-knn.json`, and returns them in the order of `protocols`.
 *
 * Features are taken from the recipe's evaluation view, once for all protocols. What a linear probe has learned becomes
 * the classifier of the run. On another data set than the run's,
 * joints are mapped to the run's layout, and the data set's name is part of the file's. What trains the encoder keeps its
 * state in the run folder after every epoch: interrupted, the same call goes on from there, with the same result.
 *
 * @throws FormatError if run or data set cannot be read.
 * @throws RangeError if data set and recipe do not fit.
 */
export async function evaluate(options: EvaluateOptions, output: Output): Promise<RunEvaluation[]> {
  const opened = await openForEvaluation(options, output);
  const { folder, recipe, seed, epoch, data } = opened;
  const rng = createRandom(seed);
  const { signal } = options;
  try {
    sayChanges(`${data.name} ${data.benchmark}: `, await data.changes(), output);
    const asked = options.coordinates ?? false;
    const source = {
      run: options.run,
      recipe,
      folder: options.data,
      data,
      modules: opened.context.modules,
      asked,
    };
    signal?.throwIfAborted();
    const coordinates = await coordinatesResult(source, output);
    const evaluations: RunEvaluation[] = [];
    for (const request of options.protocols) {
      const onEpoch = (report: ProbeEpoch): void => showEpoch(request, report, output);
      let learned: Omit<Classifier, 'origin'> | undefined;
      const onClassifier = (classifier: typeof learned): void => void (learned = classifier);
      const name = evaluationName(epoch, request, data);
      const asked = askedText(recipe, request);
      const of = JSON.stringify([name, asked, seed, folder.manifest.startedAt]);
      const checkpoints = protocolCheckpoints(folder, name, of);
      const context = {
        ...opened.context,
        ...{ onEpoch, onClassifier, checkpoint: checkpoints.at },
        ...(signal ? { signal } : {}),
      };
      const evaluation: RunEvaluation = {
        ...{ recipe: recipe.name, seed, epoch },
        data: `${data.name} ${data.benchmark}`,
        asked,
        ...changesField(await data.changes()),
        ...(recipe.reduced === undefined ? {} : { reduced: recipe.reduced }),
        ...(coordinates === undefined ? {} : { coordinates }),
        ...(await runProtocol(request, context, rng)),
      };
      evaluations.push(evaluation);
      await folder.saveEvaluation(name, evaluation);
      await checkpoints.remove();
      if (learned !== undefined) {
        await writeClassifier(folder.path, { ...learned, origin: `${name}, seed ${seed}` });
      }
      output.line(describeEvaluation(evaluation));
    }
    if (coordinates !== undefined) output.line(coordinatesText(coordinates));
    return evaluations;
  } finally {
    opened.dispose();
  }
}

/**
 * The file name of an evaluation: `epoch-0300-knn`, `epoch-0300-linear-on-pkummd2-xsub`; safe and of at most 160 bytes
 * whatever the data set is called.
 */
export function evaluationName(
  epoch: number,
  request: ProtocolRequest,
  data: Pick<EvaluationData, 'name' | 'benchmark' | 'isTransfer'>,
): string {
  const where = data.isTransfer ? `-on-${data.name}-${data.benchmark}` : '';
  return fileNameOf(`${epochName(epoch)}-${protocolName(request)}${where}`);
}

/** Everything of a recipe and a request that can change what an evaluation gives, as one text. */
export function askedText({ evaluation }: Recipe, request: ProtocolRequest): string {
  const { view, trainView, knn, linear, fineTune } = evaluation;
  switch (request.protocol) {
    case 'knn':
      return JSON.stringify([request, view, knn]);
    case 'linear':
      return JSON.stringify([request, view, linear, linear.crops === undefined ? null : trainView]);
    case 'fine-tune':
    case 'semi-supervised':
      return JSON.stringify([request, view, trainView, fineTune]);
    case 'few-shot':
    case 'retrieval':
    case 'clustering':
      return JSON.stringify([request, view]);
  }
}

/** How the files of an epoch are called: `epoch-0300`. */
export function epochName(epoch: number): string {
  return `epoch-${String(epoch).padStart(4, '0')}`;
}

/** The number by which an evaluation is compared, a fraction, and what it is. */
export function figureOf(evaluation: ProtocolResult): {
  readonly value: number;
  readonly what: string;
  readonly interval?: Interval;
} {
  switch (evaluation.protocol) {
    case 'retrieval':
      return {
        ...{ value: evaluation.meanAveragePrecision, what: 'mAP' },
        interval: evaluation.interval,
      };
    case 'clustering':
      return { value: evaluation.nmi, what: 'NMI' };
    case 'few-shot':
    case 'knn':
    case 'linear':
    case 'fine-tune':
    case 'semi-supervised':
    case 'one-shot': {
      const { accuracy: value, interval } = evaluation;
      return { value, what: 'top-1', ...(interval === undefined ? {} : { interval }) };
    }
  }
}

function showEpoch({ protocol }: ProtocolRequest, report: ProbeEpoch, output: Output): void {
  // A probe on features takes milliseconds an epoch; a fine-tuned encoder does not.
  if (protocol === 'linear') return;
  const test = report.test === undefined ? '' : `, test ${percent(report.test)}`;
  output.line(`${protocol}, epoch ${report.epoch + 1}: loss ${report.loss.toFixed(3)}${test}`);
}

function describeEvaluation(evaluation: RunEvaluation): string {
  const { recipe, seed, epoch, data, protocol } = evaluation;
  const { value, what, interval } = figureOf(evaluation);
  const range =
    interval === undefined ? '' : `, 95 % ${percent(interval.low)} to ${percent(interval.high)}`;
  return (
    `${recipe}, seed ${seed}, after ${epoch} epochs, on ${data}: ${protocol} ${what} ${percent(value)}` +
    `${range} (${meaningOf(evaluation)})`
  );
}

/** What changes the meaning of the number, and what it was counted from. */
function meaningOf(evaluation: RunEvaluation): string {
  switch (evaluation.protocol) {
    case 'few-shot': {
      const { ways, shots, episodes } = evaluation.settings;
      return `${ways} classes of ${shots} clips, ${episodes} episodes`;
    }
    case 'retrieval':
      return evaluation.recall.map(({ k, value }) => `recall@${k} ${percent(value)}`).join(', ');
    case 'clustering':
      return `ARI ${evaluation.ari.toFixed(3)}, ${evaluation.settings.clusters} clusters`;
    case 'knn':
    case 'linear':
    case 'fine-tune':
    case 'semi-supervised':
    case 'one-shot': {
      const { counts } = evaluation;
      return `${counts.correct} of ${counts.test}; ${protocolText(evaluation)}`;
    }
  }
}
