import { parseNtuName } from '@halp/data';
import { type Answer, voters } from './answer.ts';
import type { Exhibit, Gallery } from './gallery.ts';
import type { Model } from './model.ts';
import { unitRows } from './plane.ts';

/** The fraction of the gallery below the threshold. */
const SHARE = 0.05;

/**
 * The threshold of similarity for clips of known classes: for each clip of a gallery the cosine similarity to the nearest
 * clip of another performer, and of these numbers the one that 5 % are below. A query is by another performer too.
 *
 * @param features - `[n, size]`.
 * @param performers - One of each clip.
 */
export function knownSimilarity(
  features: Float32Array,
  size: number,
  performers: readonly number[],
): number {
  const rows = unitRows(features, size);
  const nearest = rows.map((row, i) => {
    const others = rows.filter((_, j) => performers[j] !== performers[i]);
    return others.reduce((most, other) => Math.max(most, cosine(row, other)), -1);
  });
  return nearest.sort((a, b) => a - b)[Math.floor(SHARE * nearest.length)] ?? -1;
}

/** The performers of a gallery. */
export function performersOf(exhibits: readonly Exhibit[]): readonly number[] {
  return exhibits.map(({ name }) => parseNtuName(name)?.subject ?? 0);
}

/**
 * Why a clip is probably of none of the classes, and what its neighbours say; undefined if nothing speaks for that. A
 * classifier of other classes than the gallery's is not judged by the gallery.
 */
export function outsideText(
  { query, moments }: Answer,
  gallery: Gallery,
  { classifier }: Pick<Model, 'classifier'>,
): string | undefined {
  const known = classifier?.classes ?? gallery.classes;
  if (known.some((name) => !gallery.classes.includes(name))) return undefined;
  const last = moments.at(-1);
  const similarity = last?.neighbours[0]?.similarity ?? 1;
  const reason =
    query.truth !== undefined && !known.includes(query.truth)
      ? `the name of its file means “${query.truth}” in NTU RGB+D, which is none of the ${known.length} classes`
      : similarity < gallery.knownSimilarity
        ? `its nearest training clip has a cosine of ${similarity.toFixed(3)}, below the threshold of ${gallery.knownSimilarity.toFixed(3)}`
        : undefined;
  if (reason === undefined) return undefined;
  const [vote] = last?.votes ?? [];
  const nearest =
    vote === undefined
      ? ''
      : ` Among its ${voters} nearest training clips, ${Math.round(vote.probability * voters)} are “${vote.name}”.`;
  return `This clip is probably outside of the training’s classes: ${reason}. The classifier can only name one of its classes, so its probabilities are not meaningful here.${nearest}`;
}

function cosine(a: Float64Array, b: Float64Array): number {
  return a.reduce((sum, value, d) => sum + value * (b[d] as number), 0);
}
