import { convertLayout, createClip, type Clip, type Layout } from '@halp/skeleton';
import type { Dataset } from './dataset.ts';

/** The form in which {@link inLayout} gives clips. */
export interface InLayoutOptions {
  /** The layout of every clip. */
  readonly layout: Layout;
  /** M, the person slots of every clip. */
  readonly persons: number;
  /**
   * `'upright'`, unless given, leaves coordinates as they were prepared: x from the left to the right shoulder, z up.
   * `'camera'` turns them as a camera in front sees them, y up: (x, z, -y).
   */
  readonly axes?: 'upright' | 'camera';
}

/**
 * The same clips with the joints and person slots that an encoder of another data set expects.
 *
 * Joints by `convertLayout` of `@halp/skeleton`; a joint that the clips do not have is put where its nearest known
 * parent is, so that its bone has no length. Slots that are more than the clips have are empty; of more persons than
 * slots the first stay.
 *
 * @returns The data set itself where it has this form already; else one that shares its files, and closes them.
 * @throws RangeError if the layouts have no joint on which everything hangs in common.
 */
export function inLayout(
  dataset: Dataset,
  { layout, persons, axes = 'upright' }: InLayoutOptions,
): Dataset {
  const isSame = dataset.layout.name === layout.name && dataset.persons === persons;
  if (isSame && axes === 'upright') return dataset;
  const options = { from: dataset.layout, to: layout, missing: 'parent' } as const;
  // An empty clip asks the question that every clip would ask.
  convertLayout(createClip([3, 1, dataset.layout.joints.length, 1]), options);
  // Without a source: a worker thread would open the clips as they are in the files.
  const { source: _, ...rest } = dataset;
  return {
    ...rest,
    layout,
    persons,
    async get(index) {
      const sample = await dataset.get(index);
      const clip = withPersons(convertLayout(sample.clip, options), persons);
      return { ...sample, clip: axes === 'camera' ? seenByCamera(clip) : clip };
    },
    close: () => dataset.close(),
  };
}

function seenByCamera({ data, shape }: Clip): Clip {
  const channel = data.length / 3;
  const turned = new Float32Array(data.length);
  turned.set(data.subarray(0, channel));
  turned.set(data.subarray(2 * channel), channel);
  // Added to 0 so that an empty joint stays 0 and does not become -0.
  for (let i = 0; i < channel; i++) turned[2 * channel + i] = 0 - (data[channel + i] as number);
  return createClip(shape, turned);
}

function withPersons(clip: Clip, persons: number): Clip {
  const [C, T, V, M] = clip.shape;
  if (M === persons) return clip;
  const result = createClip([C, T, V, persons]);
  const shared = Math.min(M, persons);
  for (let point = 0; point < C * T * V; point++) {
    result.data.set(clip.data.subarray(point * M, point * M + shared), point * persons);
  }
  return result;
}
