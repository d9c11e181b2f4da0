import type { Dataset } from '@halp/data';
import { permutation, type Random } from '@halp/random';
import type { Batch } from './batch.ts';
import { expectCount, type LoaderOptions } from './options.ts';

/** The batches of a data set, epoch by epoch. */
export interface Loader {
  /** The number of batches of an epoch. */
  readonly batchesPerEpoch: number;
  /**
   * The batches of an epoch from step `fromStep` on: exactly the tail of the whole epoch, without
   * reading what is before it. Epochs may be asked for in any order, and again.
   *
   * An epoch may be left early (`break`, or `return()` of the generator): nothing is at work for it then.
   *
   * @throws RangeError if `epoch` is not a count or `fromStep` is not in [0, batchesPerEpoch].
   * @throws Error if the loader is closed.
   */
  epoch(epoch: number, fromStep?: number): AsyncGenerator<Batch, void, undefined>;
  /** Ends all work for the loader and gives back its memory; harmless when it is closed already. */
  close(): Promise<void>;
}

/** What differs between loaders: who makes the batches. */
export interface BatchMaker {
  /** The batches of the clips at these indices, in their order, for an epoch of that number. */
  readonly make: (
    epoch: number,
    steps: readonly Int32Array[],
  ) => AsyncGenerator<Batch, void, undefined>;
  /** Called once; ends all work. */
  readonly close: () => Promise<void>;
}

/** The loader whose batches `maker` makes; in which order, and when none, is the same for all loaders. */
export function loaderOf(
  { length }: Dataset,
  { batchSize, shuffle, dropLast }: LoaderOptions,
  rng: Random,
  maker: BatchMaker,
): Loader {
  const full = length / batchSize;
  const batchesPerEpoch = dropLast ? Math.floor(full) : Math.ceil(full);
  let closing: Promise<void> | undefined;

  async function* batches(epoch: number, fromStep: number): AsyncGenerator<Batch, void, undefined> {
    const order = shuffle
      ? permutation(length, rng.fork('shuffle', epoch))
      : Int32Array.from({ length }, (_, index) => index);
    const steps = Array.from({ length: batchesPerEpoch - fromStep }, (_, i) =>
      order.slice((fromStep + i) * batchSize, (fromStep + i + 1) * batchSize),
    );
    for await (const batch of maker.make(epoch, steps)) {
      yield batch;
      expectOpen();
    }
  }

  function expectOpen(): void {
    if (closing !== undefined) throw new Error('epoch: expected an open loader, got a closed one');
  }

  return {
    batchesPerEpoch,
    epoch(epoch, fromStep = 0) {
      // Checked here, not in the generator, so that a mistake shows where it is made.
      expectCount('epoch', epoch, 0, Infinity, 'epoch');
      expectCount('epoch', fromStep, 0, batchesPerEpoch, 'fromStep');
      expectOpen();
      return batches(epoch, fromStep);
    },
    close: () => (closing ??= maker.close()),
  };
}
