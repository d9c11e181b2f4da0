import type { Dataset } from '@halp/data';
import { createRandom } from '@halp/random';
import { createClip, kinectV1 } from '@halp/skeleton';

/** A data set in memory, with the indices that were read, in order. */
export interface MemoryDataset extends Dataset {
  readonly reads: number[];
}

/**
 * Clips of 10 to 29 frames of random coordinates; later reads may finish earlier. One coordinate
 * may be bad: z of a joint at frame 7 of a clip.
 */
export function memoryDataset(
  length: number,
  bad?: { readonly index: number; readonly joint: number; readonly value: number },
): MemoryDataset {
  const reads: number[] = [];
  const names = Array.from({ length }, (_, index) => `clip-${index}`);
  const labels = Int32Array.from({ length }, (_, index) => index % 3);
  return {
    name: 'in memory',
    layout: kinectV1,
    classes: ['a', 'b', 'c'],
    persons: 1,
    length,
    labels,
    names,
    reads,
    async get(index) {
      reads.push(index);
      await new Promise((resolve) => setTimeout(resolve, index % 3));
      const rng = createRandom(index);
      const clip = createClip([3, 10 + rng.integer(20), 20, 1]);
      const data = clip.data.map(() => rng.normal());
      if (bad?.index === index) data.set([bad.value], (2 * clip.shape[1] + 7) * 20 + bad.joint);
      return {
        clip: createClip(clip.shape, data),
        label: labels[index] as number,
        name: names[index] as string,
      };
    },
    close: () => Promise.resolve(),
  };
}
