import type { Evaluation } from '@halp/protocols';
import type { EpochReport } from '@halp/train';
import type { FeatureMap } from './feature-map.ts';

/** One line of a run's log; a metric that lies in `[0, 1]` throughout is drawn in percent. */
export type LogEntry = Pick<
  EpochReport,
  'epoch' | 'losses' | 'learningRate' | 'seconds' | 'clipsPerSecond'
> &
  Partial<Pick<EpochReport, 'metrics'>>;

/** An evaluation as a report shows it. */
export type ReportedEvaluation = Evaluation & {
  /** What its accuracy means, in words; the protocol's unless given, and on the run's own data. */
  readonly meaning?: string;
};

/** A number that is no accuracy by class, such as the mean average precision of retrieval. */
export interface OtherResult {
  /** What was measured, in words. */
  readonly meaning: string;
  /** A fraction. */
  readonly value: number;
}

/** Everything that a report knows of a run; plain data, as read from its folder. */
export interface RunRecord {
  /** What is compared, such as `MoCo`; runs of one name are the same recipe with other seeds. */
  readonly name: string;
  /** What was run, on what, and with what. */
  readonly manifest: Readonly<Record<string, unknown>>;
  /** The epochs in their order; empty for an untrained encoder. */
  readonly log: readonly LogEntry[];
  /** Its results by class. */
  readonly evaluations: readonly ReportedEvaluation[];
  /** Its other results. */
  readonly others?: readonly OtherResult[];
  /** Its features on a plane. */
  readonly map?: FeatureMap;
  /** What a reader of its numbers should know first, such as a collapse of its embeddings. */
  readonly warnings?: readonly string[];
  /** What makes it smaller than its recipe, such as `20 of 300 epochs`. */
  readonly reduced?: string;
}

/** The names of the runs, each once, in the order of their first run. */
export function runNames(runs: readonly Pick<RunRecord, 'name'>[]): string[] {
  return [...new Set(runs.map(({ name }) => name))];
}

/**
 * A label for each run that no other has: its name; where runs share one, the name with the seed of
 * the manifest, or with a number.
 */
export function runLabels(runs: readonly Pick<RunRecord, 'name' | 'manifest'>[]): string[] {
  const labels = runs.map(({ name, manifest }) => {
    const seed = manifest['seed'];
    const alone = runs.filter((run) => run.name === name).length === 1;
    return alone || typeof seed !== 'number' ? name : `${name}, seed ${seed}`;
  });
  return labels.map((label, i) => {
    const alone = labels.indexOf(label) === labels.lastIndexOf(label);
    return alone
      ? label
      : `${label}, run ${labels.slice(0, i + 1).filter((l) => l === label).length}`;
  });
}
