import type { Dataset, Sample } from '@halp/data';

/** A cached reader of samples. */
export interface ClipCache {
  /** The sample at an index. */
  readonly read: (index: number) => Promise<Sample>;
  /** Removes all samples. */
  readonly clear: () => void;
}

/**
 * A reader of a data set that keeps samples in memory as long as their coordinates fit into `bytes`.
 *
 * Nothing is evicted: epochs read every clip once in random order, where a fixed subset gives the best hit rate, while the
 * least recently used clip is one that is needed soon.
 */
export function cachedReader(dataset: Dataset, bytes: number): ClipCache {
  const kept = new Map<number, Sample>();
  let free = bytes;
  return {
    async read(index) {
      const known = kept.get(index);
      if (known !== undefined) return known;
      const sample = await dataset.get(index);
      if (sample.clip.data.byteLength <= free && !kept.has(index)) {
        free -= sample.clip.data.byteLength;
        kept.set(index, sample);
      }
      return sample;
    },
    clear() {
      kept.clear();
      free = bytes;
    },
  };
}
