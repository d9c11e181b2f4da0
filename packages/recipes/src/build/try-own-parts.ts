import * as tf from '@tensorflow/tfjs-core';
import type { ViewPair } from '@halp/contrastive';
import { learningRateAt } from '@halp/nn';
import type { Random } from '@halp/random';
import { gradientStep } from '@halp/train';
import type { Recipe } from '../recipe/recipe.ts';
import type { TrainingBatches } from './batches.ts';
import { buildTraining, type Training } from './build.ts';
import { disposeViews, firstViews } from './first-views.ts';
import type { OwnParts } from './own-parts.ts';

/**
 * Trains a copy of a run for one step on the first batch, if the recipe names an encoder, an objective or an optimizer as
 * modules, so that what is wrong with them is found before anything is written. The copy is disposed.
 *
 * @param batches - Batches with a random stream of their own.
 * @param rng - The stream of the run, as for {@link buildTraining}; forked, not advanced.
 * @throws TypeError if the encoder returns features of another size than its `featureSize`, a step throws, or its loss is
 * not finite. The message names the module.
 */
export async function tryOwnParts(
  recipe: Recipe,
  batches: Pick<TrainingBatches, 'epoch'>,
  rng: Random,
  own: OwnParts,
): Promise<void> {
  const modules = [recipe.encoder, recipe.objective, recipe.optimizer].flatMap((part) =>
    part.kind === 'module' ? [part.module] : [],
  );
  if (modules.length === 0) return;
  const names = [...new Set(modules)].join(', ');
  const { views } = await firstViews('pretrain', batches, 1);
  try {
    const training = buildTraining(recipe, rng, own);
    try {
      expectFeatureSizes(training, views[0] as ViewPair, names);
      await tryStep(recipe, training, views[0] as ViewPair, rng, names);
    } finally {
      training.dispose();
    }
  } finally {
    disposeViews(views);
  }
}

function expectFeatureSizes({ encoders }: Training, { query }: ViewPair, names: string): void {
  for (const { encoder } of encoders) {
    const shape = tf.tidy(() => encoder.apply(query, { mode: 'eval' }).shape);
    const wanted = [query.shape[0], encoder.featureSize];
    if (tf.util.arraysEqual(shape, wanted)) continue;
    throw new TypeError(
      `${names}: expected features [N, featureSize] = [${wanted.join(', ')}], got [${shape.join(', ')}]; set featureSize to the length of a feature`,
    );
  }
}

async function tryStep(
  { schedule }: Recipe,
  { objective, optimizer }: Training,
  views: ViewPair,
  rng: Random,
  names: string,
): Promise<void> {
  const context = { epoch: 0, iteration: 0, step: 0, samples: 0 };
  const failed = (got: string, cause?: unknown): TypeError =>
    new TypeError(`${names}: expected a training step on the first batch, got ${got}`, { cause });
  let total: number;
  try {
    await objective.beforeStep?.(context);
    const rate = learningRateAt(schedule, 0);
    const losses = gradientStep(objective, views, optimizer, rate, context, rng.fork('trial'));
    total = (await losses['total']?.data())?.[0] ?? NaN;
    tf.dispose(losses);
    await objective.afterStep(context);
  } catch (error) {
    throw failed(`an error: ${error instanceof Error ? error.message : String(error)}`, error);
  }
  if (!Number.isFinite(total)) throw failed(`the loss ${total}`);
}
