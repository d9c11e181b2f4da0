import type { Dataset, Sample } from '@halp/data';

/** A reader that keeps what it has read. */
export interface ClipCache {
  /** The sample at an index. */
  readonly read: (index: number) => Promise<Sample>;
  /** Forgets all samples. */
  readonly clear: () => void;
}

/**
 * A reader of a data set that keeps the samples it has read in memory, as long as their coordinates
 * fit into `bytes`; what is kept stays.
 *
 * Nothing is evicted: epochs read every clip once in random order, and then a fixed part of the data
 * is hit as often as memory allows, while the least recently used clip is the next to be needed.
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
