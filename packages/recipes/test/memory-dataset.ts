import type { Dataset } from '@halp/data';
import { createRandom } from '@halp/random';
import { createClip, kinectV2 } from '@halp/skeleton';

/** A data set of random walks in memory, two persons, 20 to 40 frames. */
export function noiseDataset(length: number): Dataset {
  const names = Array.from({ length }, (_, i) => `clip${i}`);
  return {
    name: 'noise',
    layout: kinectV2,
    classes: ['even', 'odd'],
    persons: 2,
    length,
    labels: Int32Array.from({ length }, (_, i) => i % 2),
    names,
    async get(index) {
      const rng = createRandom(index);
      const clip = createClip([3, 20 + rng.integer(21), 25, 2]);
      for (let i = 0; i < clip.data.length; i++) clip.data[i] = rng.normal();
      return { clip, label: index % 2, name: names[index] as string };
    },
    close: async () => undefined,
  };
}
