import * as tf from '@tensorflow/tfjs-core';
import type { ViewPair } from '@halp/contrastive';
import type { TrainingBatches } from './batches.ts';

/**
 * The first batches of epoch 0 with at least `least` clips, or all if there are fewer. The caller owns the tensors.
 *
 * @throws RangeError if there are fewer than two clips.
 */
export async function firstViews(
  caller: string,
  batches: Pick<TrainingBatches, 'epoch'>,
  least: number,
): Promise<{ readonly views: readonly ViewPair[]; readonly clips: number }> {
  const views: ViewPair[] = [];
  let clips = 0;
  try {
    for await (const { input, clips: count } of batches.epoch(0, 0)) {
      views.push(input);
      clips += count;
      if (clips >= least) break;
    }
    if (clips < 2) throw new RangeError(`${caller}: expected at least 2 clips, got ${clips}`);
    return { views, clips };
  } catch (error) {
    disposeViews(views);
    throw error;
  }
}

/** Disposes the tensors of {@link firstViews}. */
export function disposeViews(views: readonly ViewPair[]): void {
  for (const each of views) tf.dispose(Object.values(each) as tf.Tensor[]);
}
