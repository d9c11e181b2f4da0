import type { EpochReport } from './fit.ts';

/**
 * Embeddings count as collapsed if effective rank and uniformity are both below this share of the reference.
 *
 * On NW-UCLA and UTD-MHAD, HaLP with mu = 1 falls below both within ten epochs, MoCo and HaLP with mu = 0.1
 * do not; the numbers are in docs/results.md.
 */
export const COLLAPSED_SHARE = 0.5;

/** The part of a log entry that {@link collapseOf} reads. */
export type MeasuredEpoch = Pick<EpochReport, 'epoch' | 'losses' | 'metrics'>;

/** The embeddings at the start of a run that continues another run. */
export interface RunStart {
  /** The number of epochs of the earlier run. */
  readonly epoch: number;
  /** The loss of its last epoch, without the HaLP term; absent if unknown. */
  readonly loss?: number | undefined;
  /** The measurements, with the names of a log's metrics. */
  readonly metrics: Readonly<Record<string, number>>;
}

/** Effective rank and uniformity of the embeddings after an epoch. */
export interface EmbeddingSpread {
  /** The epoch, from 0. */
  readonly epoch: number;
  /** RankMe of the embeddings. */
  readonly rank: number;
  /** Uniformity of the embeddings; 0 if all have the same direction. */
  readonly uniformity: number;
}

/** A collapse and its reference. */
export interface Collapse extends EmbeddingSpread {
  /** The stream, or '' if there is only one. */
  readonly stream: string;
  /** The epoch with the best loss before it. */
  readonly reference: EmbeddingSpread;
}

/**
 * The first epoch of a log at which the embeddings have collapsed: RankMe and uniformity are both less than
 * {@link COLLAPSED_SHARE} of their values at the reference.
 *
 * The reference is an epoch of the same run: the measured epoch with the best loss so far (the total without HaLP's
 * terms), or the start of a branch until an epoch has a better loss. The first measured epoch of a new run is
 * not a reference: at the start, a healthy MoCo loses rank and uniformity while its queue fills, at a loss near
 * chance, so there is no reference before the loss has fallen below that of an earlier epoch. For BYOL, whose
 * loss is lower after a collapse, the reference is the epoch of the highest rank.
 *
 * @param log - the epochs in order; epochs without metrics are skipped.
 * @param start - the start of a branch.
 */
export function collapseOf(log: readonly MeasuredEpoch[], start?: RunStart): Collapse | undefined {
  const found = streamsIn(log).map((stream) => collapseOfStream(log, stream, start));
  return found.reduce<Collapse | undefined>(
    (first, each) => (each !== undefined && each.epoch < (first?.epoch ?? Infinity) ? each : first),
    undefined,
  );
}

/** The loss of an epoch without the terms of HaLP. */
export function lossWithoutHalp({ losses }: Pick<EpochReport, 'losses'>): number {
  const terms = Object.entries(losses).filter(([name]) => /^halp(_|$)/.test(name));
  return terms.reduce((sum, [, value]) => sum - value, losses['total'] ?? NaN);
}

/**
 * A collapse in one line: the observation, the reference, and what to do. Epochs count from 1.
 *
 * @param options - `halp`: whether the run has the HaLP term.
 */
export function collapseText(
  { stream, epoch, rank, uniformity, reference }: Collapse,
  { halp }: { readonly halp: boolean },
): string {
  const remedy = halp
    ? 'lower mu (the weight of the HaLP term), or start the term later'
    : 'lower the learning rate, or use weaker views';
  return (
    `the embeddings${stream === '' ? '' : ` of ${stream}`} collapse: ` +
    `effective rank ${rank.toFixed(1)} at epoch ${epoch + 1}, ` +
    `${reference.rank.toFixed(1)} at epoch ${reference.epoch + 1}; ` +
    `uniformity ${uniformity.toFixed(2)}, ${reference.uniformity.toFixed(2)} then; ${remedy}`
  );
}

const RANK = 'rankme-embeddings';

/** A candidate for the reference, the larger `quality` the better. */
interface Candidate extends EmbeddingSpread {
  readonly quality: number;
}

function collapseOfStream(
  log: readonly MeasuredEpoch[],
  stream: string,
  start: RunStart | undefined,
): Collapse | undefined {
  let best = start && candidateAtStart(start, stream);
  let isReference = best !== undefined;
  for (const report of log) {
    const now = candidate(report, stream);
    if (now === undefined) continue;
    if (best === undefined) best = now;
    // Also with a better loss: the loss is a mean over the epoch, the embeddings are those after it.
    else if (isReference && hasCollapsed(now, best)) {
      return { stream, ...spreadOf(now), reference: spreadOf(best) };
    } else if (now.quality > best.quality) [best, isReference] = [now, true];
    else if (!isReference && isByol(report)) [best, isReference] = [now, true];
  }
  return undefined;
}

function hasCollapsed(now: EmbeddingSpread, { rank, uniformity }: EmbeddingSpread): boolean {
  return now.rank < COLLAPSED_SHARE * rank && now.uniformity > COLLAPSED_SHARE * uniformity;
}

function candidateAtStart(
  { epoch, loss, metrics }: RunStart,
  stream: string,
): Candidate | undefined {
  const spread = spreadIn({ epoch: epoch - 1, metrics }, stream);
  // An unknown loss is never improved.
  return spread && { ...spread, quality: loss === undefined ? Infinity : -loss };
}

function candidate(report: MeasuredEpoch, stream: string): Candidate | undefined {
  const spread = spreadIn(report, stream);
  const loss = lossWithoutHalp(report);
  return spread && { ...spread, quality: isByol(report) ? spread.rank : -loss };
}

function isByol({ losses }: Pick<EpochReport, 'losses'>): boolean {
  return losses['byol'] !== undefined;
}

function spreadIn(
  { epoch, metrics }: Pick<EpochReport, 'epoch' | 'metrics'>,
  stream: string,
): EmbeddingSpread | undefined {
  const suffix = stream === '' ? '' : `_${stream}`;
  const [rank, uniformity] = [metrics[`${RANK}${suffix}`], metrics[`uniformity${suffix}`]];
  return rank === undefined || uniformity === undefined ? undefined : { epoch, rank, uniformity };
}

function spreadOf({ epoch, rank, uniformity }: EmbeddingSpread): EmbeddingSpread {
  return { epoch, rank, uniformity };
}

/** The streams that were measured, '' for the only one. */
function streamsIn(log: readonly MeasuredEpoch[]): string[] {
  const names = log.flatMap(({ metrics }) => Object.keys(metrics));
  const ranks = names.filter((name) => name.startsWith(RANK));
  return [...new Set(ranks.map((name) => name.slice(RANK.length + 1)))];
}
