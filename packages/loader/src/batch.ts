import type { Transform } from '@halp/augment';
import { allFinite, type Dataset, type Sample } from '@halp/data';
import type { Random } from '@halp/random';
import { type Clip, firstNonFinite } from '@halp/skeleton';

/** The stacked views of N clips. The receiver owns the arrays; they are never overwritten. */
export interface Batch {
  /** One array `[N, C, T, V, M]`, row-major, for each pipeline of the options, in order. */
  readonly views: readonly Float32Array[];
  /** The shape of every view; N is smaller in an incomplete last batch. */
  readonly shape: readonly [N: number, C: number, T: number, V: number, M: number];
  /** The class of each clip. */
  readonly labels: Int32Array;
  /** The index of each clip in the data set. */
  readonly indices: Int32Array;
  /** The name of each clip. */
  readonly names: readonly string[];
}

/** The views of a batch, and their shape. */
export type Views = Pick<Batch, 'views' | 'shape'>;

/** Arrays for views in the memory of this thread. */
export function allocateViews(count: number, shape: Batch['shape']): Float32Array[] {
  const length = shape.reduce((product, size) => product * size, 1);
  return Array.from({ length: count }, () => new Float32Array(length));
}

/** The batch of the views of the clips at `indices`. */
export function batchOf(
  { views, shape }: Views,
  indices: Int32Array,
  { labels, names }: Pick<Dataset, 'labels' | 'names'>,
): Batch {
  return {
    views,
    shape,
    labels: indices.map((index) => labels[index] as number),
    indices,
    names: Array.from(indices, (index) => names[index] as string),
  };
}

/** How views are made and stored. */
export interface ViewMaker {
  /** One for each view. */
  readonly transforms: readonly Transform[];
  /** The random stream of a view of a clip, by row of the batch and number of the view. */
  readonly streamOf: (row: number, view: number) => Random;
  /** Allocates an array for each view; called when the shape of the first view is known. */
  readonly allocate: (shape: Batch['shape']) => readonly Float32Array[];
}

/** A partially filled batch. */
export interface ViewStack {
  /**
   * Makes the views of the next clip.
   *
   * @throws RangeError if two views differ in shape or a view is not finite.
   */
  readonly add: (sample: Sample) => void;
  /** The views, once all clips are added. */
  readonly views: () => Views;
}

/** A stack for the views of `count` clips, which are added one by one. */
export function stackViews(count: number, maker: ViewMaker): ViewStack {
  let shape: Batch['shape'] | undefined;
  let views: readonly Float32Array[] = [];
  let row = 0;
  return {
    add(sample) {
      maker.transforms.forEach((transform, view) => {
        const clip = transform(sample.clip, maker.streamOf(row, view));
        if (shape === undefined) {
          shape = [count, ...clip.shape];
          views = maker.allocate(shape);
        }
        expectSameShape(clip, shape, sample, view);
        expectFinite(clip, sample, view);
        (views[view] as Float32Array).set(clip.data, row * clip.data.length);
      });
      row++;
    },
    views: () => ({ views, shape: shape as Batch['shape'] }),
  };
}

function expectSameShape(
  clip: Clip,
  [, ...shape]: Batch['shape'],
  { name }: Sample,
  view: number,
): void {
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
      `loader: expected finite coordinates in view ${view} of '${sample.name}', got NaN or infinity; the clip itself is finite`,
    );
  }
  throw new RangeError(
    `loader: expected finite coordinates, got NaN or infinity in '${sample.name}' at ` +
      `frame ${place.frame}, joint ${place.joint}, person ${place.person}, channel ${place.channel}`,
  );
}
