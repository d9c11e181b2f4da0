import type { Dataset } from '@halp/data';
import { permutation, type Random } from '@halp/random';
import { expectInteger } from '@halp/random/check';
import type { Batch } from './batch.ts';
import type { LoaderOptions } from './options.ts';

/** The batches of a data set, epoch by epoch. */
export interface Loader {
  /** The number of batches of an epoch. */
  readonly batchesPerEpoch: number;
  /**
   * The batches of an epoch from step `fromStep`: exactly the tail of the whole epoch, without reading the earlier clips.
   * Epochs may be requested in any order, and repeatedly.
   *
   * An epoch may be left early (`break`, or `return()` of the generator); its work is then stopped.
   *
   * @throws RangeError if `epoch` is not an integer of at least 0, or `fromStep` is not in [0, batchesPerEpoch].
   * @throws Error if the loader is closed.
   */
  epoch(epoch: number, fromStep?: number): AsyncGenerator<Batch, void, undefined>;
  /** Stops all work of the loader and frees its memory; does nothing if it is already closed. */
  close(): Promise<void>;
}

/** The part that differs between loaders: how batches are made. */
export interface BatchMaker {
  /** The batches of the clips at these indices, in order, for an epoch. */
  readonly make: (
    epoch: number,
    steps: readonly Int32Array[],
  ) => AsyncGenerator<Batch, void, undefined>;
  /** Stops all work; called once. */
  readonly close: () => Promise<void>;
}

/** A loader whose batches `maker` makes. The order of the clips and the checks are the same for all loaders. */
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
      // Checked here and not in the generator, so that errors are thrown at the call.
      expectInteger('epoch', 'epoch', epoch, 0);
      expectInteger('epoch', 'fromStep', fromStep, 0, batchesPerEpoch);
      expectOpen();
      return batches(epoch, fromStep);
    },
    close: () => (closing ??= maker.close()),
  };
}
