import type { EpochReport } from './fit.ts';

/**
 * Below which share of the reference effective rank and uniformity both count as collapsed.
 *
 * On NW-UCLA and UTD-MHAD, HaLP with mu = 1 falls below both shares within ten epochs, MoCo and HaLP with mu = 0.1
 * never do; the numbers are in docs/results.md.
 */
export const COLLAPSED_SHARE = 0.5;

/** What a log says of the epochs that {@link collapseOf} looks at. */
export type MeasuredEpoch = Pick<EpochReport, 'epoch' | 'losses' | 'metrics'>;

/** How the embeddings were where a run began that continues another one. */
export interface RunStart {
  /** The epochs done before. */
  readonly epoch: number;
  /** The loss of the last of them, without the term of HaLP; absent if it is not known. */
  readonly loss?: number;
  /** What was measured, with the names of a log's metrics. */
  readonly metrics: Readonly<Record<string, number>>;
}

/** Effective rank and uniformity of the embeddings after an epoch. */
export interface EmbeddingSpread {
  /** The epoch, from 0. */
  readonly epoch: number;
  /** RankMe of the embeddings. */
  readonly rank: number;
  /** Their uniformity; 0 when all have one direction. */
  readonly uniformity: number;
}

/** A collapse, and what it is one against. */
export interface Collapse extends EmbeddingSpread {
  /** The stream, or '' where there is only one. */
  readonly stream: string;
  /** The epoch with the best loss before it. */
  readonly reference: EmbeddingSpread;
}

/**
 * The first epoch of a log at which the embeddings have collapsed: RankMe and uniformity are both less than
 * {@link COLLAPSED_SHARE} of what they were at the reference.
 *
 * The reference is the run's own: the measured epoch with the best loss so far (the total without HaLP's terms), or
 * the beginning of a branch until an epoch has a better loss. The first measured epoch of a run that begins
 * anew is none: at first a healthy MoCo loses rank and uniformity while its queue fills, at a loss near
 * chance, and there is nothing to lose before the loss has fallen below that of an earlier epoch. BYOL,
 * whose loss a collapse lowers, has the epoch of the highest rank instead.
 *
 * @param log - the epochs in order; those without metrics are passed over.
 * @param start - where a branch began.
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
 * A collapse in one line: what is seen, against what, what to do. Epochs count from 1 in it.
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
    // Also at a better loss: that is the mean of an epoch, and the embeddings are those after it.
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
  // A loss that is not known is never beaten.
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
