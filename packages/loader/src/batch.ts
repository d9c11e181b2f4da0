import type { Transform } from '@halp/augment';
import type { Sample } from '@halp/data';
import type { Random } from '@halp/random';
import { firstNonFinite, type Clip } from '@halp/skeleton';

/** Views of N clips, stacked. Whoever receives it owns its arrays. */
export interface Batch {
  /** One array `[N, C, T, V, M]`, row-major, for each pipeline, in the order of the options. */
  readonly views: readonly Float32Array[];
  /** The shape of every view; N is smaller in a last batch that is not dropped. */
  readonly shape: readonly [N: number, C: number, T: number, V: number, M: number];
  /** The class of each clip. */
  readonly labels: Int32Array;
  /** The place of each clip in the data set. */
  readonly indices: Int32Array;
  /** The name of each clip. */
  readonly names: readonly string[];
}

/** A sample and where it stands in its data set. */
export interface PlacedSample {
  readonly index: number;
  readonly sample: Sample;
}

/**
 * The batch of these samples under these transforms.
 *
 * @param streamOf The random stream of one view of one clip, by data set index and view.
 * @throws RangeError if two views differ in shape or a view is not finite.
 */
export function assembleBatch(
  samples: readonly PlacedSample[],
  transforms: readonly Transform[],
  streamOf: (index: number, view: number) => Random,
): Batch {
  let shape: Clip['shape'] | undefined;
  let views: Float32Array[] = [];
  samples.forEach(({ index, sample }, row) => {
    transforms.forEach((transform, view) => {
      const clip = transform(sample.clip, streamOf(index, view));
      shape ??= clip.shape;
      if (views.length === 0) {
        const length = samples.length * clip.data.length;
        views = transforms.map(() => new Float32Array(length));
      }
      expectSameShape(clip, shape, sample, view);
      expectFinite(clip, sample, view);
      (views[view] as Float32Array).set(clip.data, row * clip.data.length);
    });
  });
  return {
    views,
    shape: [samples.length, ...(shape as Clip['shape'])],
    labels: Int32Array.from(samples, ({ sample }) => sample.label),
    indices: Int32Array.from(samples, ({ index }) => index),
    names: samples.map(({ sample }) => sample.name),
  };
}

function expectSameShape(clip: Clip, shape: Clip['shape'], { name }: Sample, view: number): void {
  if (clip.shape.every((size, axis) => size === shape[axis])) return;
  throw new RangeError(
    `loader: expected every view of a batch to be [${shape.join(', ')}], got ` +
      `[${clip.shape.join(', ')}] in view ${view} of '${name}'; use a crop with the same size in each pipeline`,
  );
}

function expectFinite({ data }: Clip, sample: Sample, view: number): void {
  if (allFinite(data)) return;
  const place = firstNonFinite(sample.clip);
  if (place === undefined) {
    throw new RangeError(
      `loader: view ${view} of '${sample.name}' is not finite, though the clip is`,
    );
  }
  throw new RangeError(
    `loader: expected finite coordinates, got NaN or infinity in '${sample.name}' at ` +
      `frame ${place.frame}, joint ${place.joint}, person ${place.person}, channel ${place.channel}`,
  );
}

/** Four sums at once, since each addition waits for the one before: twice as fast as one. */
function allFinite(data: Float32Array): boolean {
  // NaN and infinities, times zero, are NaN, and a sum keeps it.
  let [a, b, c, d] = [0, 0, 0, 0];
  let i = 0;
  for (; i + 3 < data.length; i += 4) {
    a += (data[i] as number) * 0;
    b += (data[i + 1] as number) * 0;
    c += (data[i + 2] as number) * 0;
    d += (data[i + 3] as number) * 0;
  }
  for (; i < data.length; i++) a += (data[i] as number) * 0;
  return a + b + c + d === 0;
}
