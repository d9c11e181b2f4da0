import { resolve } from 'node:path';
import type { ClipChanges } from '@halp/recipes';
import { recipeDifferences } from '@halp/train';
import type { ClassifierChange } from '../protocols/change.ts';
import { protocolOf } from '../protocols/protocols.ts';
import { checkCall, type OptionChecks } from '../run/check-call.ts';
import { ignore } from '../run/events.ts';
import { expectRunning } from '../run/expect-running.ts';
import type { ModuleTrust } from '../run/modules.ts';
import {
  aFlag,
  aList,
  anInteger,
  anObject,
  aPath,
  aString,
  checkedLater,
  eventsAndSignal,
  oneOf,
  optional,
} from '../run/option-checks.ts';
import { otherPrecision } from '../run/precision-field.ts';
import { anyChanges, sayChanges } from '../run/say-changes.ts';
import { expectRequests } from './check-request.ts';
import type { EvaluationProgress } from './events.ts';
import { fusedFeatures, fusedScores } from './fuse-runs.ts';
import type { FusedEvaluation, FusedPart } from './fused-evaluation.ts';
import { type OpenedRun, openForEvaluation, type RunToEvaluate } from './open-for-evaluation.ts';
import { testClipsSeen, warnOfSeen } from './test-clips-seen.ts';

/** The protocols by which several runs can be fused. */
export const fusible = ['knn', 'linear'] as const;

/** What is fused. */
export const fusionLevels = ['scores', 'features'] as const;

/** Which runs to fuse, on which data, and how. */
export interface FuseOptions extends Pick<ModuleTrust, 'allowModules'> {
  /** The runs, at least two. Default epoch: the last checkpoint. */
  readonly runs: readonly (
    string | Pick<RunToEvaluate, 'run' | 'epoch' | 'evaluation' | 'ownRecipe'>
  )[];
  /** The folder of the prepared data set. A data set other than the runs' means transfer. */
  readonly data: string;
  /** The protocol. */
  readonly protocol: (typeof fusible)[number];
  /**
   * `scores`: each run is evaluated alone, and the votes of the neighbours or the probabilities of the classifiers are
   * summed. `features`: kNN on the mean of the features, or classifiers that are trained jointly through the mean of their
   * logits; `all` in the authors' code. Default: `scores`.
   */
  readonly level?: (typeof fusionLevels)[number] | undefined;
  /** The weight of each run, in their order. Default: equal weights. */
  readonly weights?: readonly number[] | undefined;
  /** The benchmark. Default: the recipe's if the data set has it, else its only one. */
  readonly benchmark?: string | undefined;
  /** Settings of classifiers that replace the recipes'. */
  readonly change?: ClassifierChange | undefined;
  /** Called with notes and the result. Default: none. */
  readonly onEvent?: ((event: EvaluationProgress) => void) | undefined;
  /** Stops between two steps. */
  readonly signal?: AbortSignal | undefined;
}

const checks: OptionChecks<FuseOptions> = {
  ...eventsAndSignal,
  runs: aList,
  data: aPath,
  protocol: oneOf(fusible),
  level: optional(oneOf(fusionLevels)),
  weights: optional(aList),
  benchmark: optional(aString),
  change: optional(anObject),
  allowModules: optional(aFlag),
};

const runChecks: OptionChecks<Exclude<FuseOptions['runs'][number], string>> = {
  run: aPath,
  epoch: optional(anInteger(0)),
  evaluation: optional(anObject),
  ownRecipe: checkedLater,
};

/**
 * The accuracy of several separately trained runs together, such as those of joint, motion and bone.
 *
 * @throws FormatError if a run or the data set cannot be read.
 * @throws RangeError if there are fewer than two runs or one is given twice, if they were trained on different data or
 * splits, if their recipes have different settings of the protocol, if the weights do not fit, or the protocol has no such
 * setting.
 */
export async function fuse(options: FuseOptions): Promise<FusedEvaluation> {
  checkCall('fuse', options, checks);
  const { data, benchmark, change = {}, level = 'scores', allowModules = false } = options;
  const { onEvent = ignore } = options;
  expectRequests('fuse', [{ protocol: options.protocol }], change);
  const asked = options.runs.map((run) => (typeof run === 'string' ? { run } : run));
  for (const run of asked) checkCall('fuse', run, runChecks, 'each run to be a path or an object');
  expectRunning('fuse');
  const weights = checkedWeights(asked, options);
  const opened: OpenedRun[] = [];
  try {
    const where = { data, change, allowModules, benchmark, signal: options.signal };
    for (const run of asked) opened.push(await openForEvaluation({ ...run, ...where }, onEvent));
    expectComparable(opened, options);
    const changes = await Promise.all(opened.map((each) => each.data.changes()));
    const named = changes.map((each, i) => ({
      name: opened[i]?.folder.path ?? '',
      changes: each,
    }));
    sayChanges(named, onEvent);
    const seen: number[] = [];
    for (const { folder, data: place } of opened) {
      const clips = await testClipsSeen(folder.manifest, data, place);
      warnOfSeen(clips, folder.manifest, place, onEvent);
      seen.push(clips);
    }
    const { evaluation, accuracies } =
      level === 'scores'
        ? await fusedScores(opened, weights, options)
        : await fusedFeatures(opened, weights, options);
    const parts = opened.map(({ recipe, seed, position: { epoch } }, i): FusedPart => {
      const accuracy = accuracies?.[i];
      const weight = weights[i] as number;
      return {
        ...{ recipe: recipe.name, seed, epoch, weight },
        accuracy,
        changes: anyChanges(changes[i] as ClipChanges),
        testClipsSeen: seen[i] === 0 ? undefined : seen[i],
      };
    });
    const reduced = opened.flatMap(({ recipe }) => recipe.reduced ?? [])[0];
    const fused: FusedEvaluation = {
      ...evaluation,
      data: `${opened[0]?.data.name} ${opened[0]?.data.benchmark}`,
      parts,
      reduced,
      precision: otherPrecision(),
    };
    onEvent({ kind: 'fusion', evaluation: fused });
    return fused;
  } finally {
    for (const each of opened) each.dispose();
  }
}

function checkedWeights(
  runs: readonly Pick<RunToEvaluate, 'run'>[],
  { weights, protocol, level = 'scores' }: FuseOptions,
): readonly number[] {
  const paths = runs.map(({ run }) => resolve(run));
  if (paths.length < 2 || new Set(paths).size < paths.length) {
    throw new RangeError(`fuse: expected at least two different runs, got ${paths.join(', ')}`);
  }
  if (weights === undefined) return runs.map(() => 1);
  if (weights.length !== runs.length) {
    throw new RangeError(
      `fuse: expected ${runs.length} weights, one for each run, got ${weights.join(', ')}`,
    );
  }
  if (protocol === 'linear' && level === 'features') {
    throw new RangeError(
      'fuse: expected no weights for classifiers that are trained jointly, got ' +
        `${weights.join(', ')}; use option level = scores, or leave them out`,
    );
  }
  return weights;
}

/** @throws RangeError unless the runs are comparable: same data, split, and every setting of the protocol, with its views. */
function expectComparable(opened: readonly OpenedRun[], { protocol }: FuseOptions): void {
  const facts = {
    'runs trained on the same data set and benchmark': ({ recipe }: OpenedRun) =>
      `${recipe.data.name} ${recipe.data.benchmark}`,
    'the same benchmark to evaluate': ({ data }: OpenedRun) => data.benchmark,
  };
  const [first] = opened as [OpenedRun];
  for (const [what, of] of Object.entries(facts)) {
    const different = opened.find((run) => of(run) !== of(first));
    if (different !== undefined) throw notComparable(what, [first, different], of);
  }
  const settingsOf = ({ recipe }: OpenedRun): Readonly<Record<string, unknown>> =>
    protocolOf(protocol).settings(recipe.evaluation, { protocol });
  for (const run of opened) {
    const names = Object.keys({ ...settingsOf(first), ...settingsOf(run) });
    const different = names.find(
      (name) => recipeDifferences(settingsOf(first)[name], settingsOf(run)[name]).length > 0,
    );
    if (different === undefined) continue;
    throw notComparable(`recipes with the same settings of ${protocol}`, [first, run], (each) => {
      const value = settingsOf(each)[different];
      return `${different} = ${typeof value === 'string' ? value : (JSON.stringify(value) ?? 'none')}`;
    });
  }
}

/** The error for two runs that differ in a fact. */
function notComparable(
  what: string,
  runs: readonly OpenedRun[],
  of: (run: OpenedRun) => string,
): RangeError {
  const got = runs.map((run) => `${of(run)} (${run.folder.path})`);
  return new RangeError(`fuse: expected ${what}, got ${got.join(' and ')}`);
}
