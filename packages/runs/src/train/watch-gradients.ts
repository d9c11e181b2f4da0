import { createRandom } from '@halp/random';
import { gradientProbe, type OwnParts, trainingBatches } from '@halp/recipes';
import type { TrainingPosition } from '@halp/train';
import type { WatchOptions } from './watch-representation.ts';

/** Measures the gradients of a run's loss during training. */
export interface GradientWatch {
  /** The metrics at a position between two epochs; empty after an epoch that is not measured. */
  measure(position: TrainingPosition): Promise<Record<string, number>>;
  /** Disposes the clips and the copy of the run. */
  dispose(): void;
}

/** The options of {@link watchGradients}. */
export interface GradientWatchOptions extends Pick<
  WatchOptions,
  'recipe' | 'training' | 'dataset' | 'make' | 'seed'
> {
  /** What the recipe's modules export. */
  readonly own: OwnParts;
  /** Epochs between two measurements; undefined for none. */
  readonly measureEvery: number | undefined;
}

/**
 * Prepares the measurements of a run that is about to train; undefined if there are none.
 *
 * The clips are drawn from a separate random stream, so that training is the same with and without measurements.
 */
export async function watchGradients({
  recipe,
  training,
  dataset,
  make,
  seed,
  own,
  measureEvery,
}: GradientWatchOptions): Promise<GradientWatch | undefined> {
  if (measureEvery === undefined) return undefined;
  const rng = createRandom(seed);
  const batches = await trainingBatches(recipe, dataset, rng.fork('gradients'), make);
  try {
    const probe = await gradientProbe(recipe, training, batches, rng, { own });
    return {
      async measure({ epoch, step, samples }) {
        if (epoch % measureEvery !== 0) return {};
        return probe.measure({ epoch, iteration: 0, step, samples });
      },
      dispose: () => probe.dispose(),
    };
  } finally {
    await batches.close();
  }
}
