import * as tf from '@tensorflow/tfjs-core';
import type { ViewPair } from '@halp/contrastive';
import { copyParams, type StepContext } from '@halp/nn';
import type { Random } from '@halp/random';
import { expectOptions, type OptionNames } from '@halp/random/check';
import { type Gradients, partGradients } from '@halp/train';
import type { Recipe } from '../recipe/recipe.ts';
import type { TrainingBatches } from './batches.ts';
import { buildTraining, type Training } from './build.ts';
import { disposeViews, firstViews } from './first-views.ts';
import type { OwnParts } from './own-parts.ts';

/** A fixed set of clips, for measuring the gradients of a run's loss during training. */
export interface GradientProbe {
  /** P, the number of clips. */
  readonly clips: number;
  /**
   * The gradient of each part of the loss at the current weights, weights of the parts included:
   *
   * - `gradient-norm-infonce`: its Euclidean norm over all parameters, one metric for each part that has a gradient;
   * - `gradient-cosine-infonce-halp`: the cosine of two gradients, in [-1, 1], one for each pair of parts. 1: the same
   *   direction; 0: independent; below 0: a step that lowers one part raises the other. Left out if a norm is 0.
   *
   * With several streams the stream is at the end (`gradient-norm-halp_motion`), and parts of different streams have
   * no cosine. Draws no random numbers of the run and changes nothing in it.
   *
   * @param context - The position of training, which decides which terms are active.
   */
  measure(context: StepContext): Promise<Record<string, number>>;
  /** Disposes the clips and the copy of the run. */
  dispose(): void;
}

/** Options of {@link gradientProbe}. */
export interface GradientProbeOptions {
  /** P, the least number of clips, rounded up to whole batches. Default: 128. */
  readonly clips?: number;
  /** What the recipe's modules export, from {@link importParts}. Default: nothing. */
  readonly own?: OwnParts | undefined;
}

const optionNames: OptionNames<GradientProbeOptions> = { clips: true, own: true };

/**
 * A probe on the first clips of `batches`, which it keeps as tensors until it is disposed.
 *
 * The loss in train mode changes running statistics and the key network. Therefore the probe has a copy of the run's
 * objects, which takes over all values before each measurement; the objects of the run are only read. Gradients are means
 * over batches of the training size, with the same random numbers in every measurement. A resumed run has the same metrics
 * as an uninterrupted one.
 *
 * @param recipe - The recipe of `training`.
 * @param batches - Batches with a separate random stream, so that training draws the same numbers with and without a probe.
 * @param rng - The stream of the run, as for {@link buildTraining}; forked, not advanced.
 * @throws RangeError if there are fewer than two clips.
 */
export async function gradientProbe(
  recipe: Recipe,
  { objective }: Pick<Training, 'objective'>,
  batches: Pick<TrainingBatches, 'epoch'>,
  rng: Random,
  options: GradientProbeOptions = {},
): Promise<GradientProbe> {
  const { clips: least = 128, own } = expectOptions('gradientProbe', options, optionNames);
  const { views, clips } = await firstViews('gradientProbe', batches, least);
  let copy: Training;
  try {
    copy = buildTraining(recipe, rng, own);
  } catch (error) {
    disposeViews(views);
    throw error;
  }
  return {
    clips,
    async measure(context) {
      copyParams(copy.objective.params, objective.params);
      copyParams(copy.objective.state, objective.state);
      await copy.objective.beforeStep?.(context);
      const measured = tf.tidy(() =>
        productsOf(meanGradients(copy.objective, views, context, rng)),
      );
      try {
        return metricsOf(measured.names, await measured.products.data());
      } finally {
        measured.products.dispose();
      }
    },
    dispose() {
      disposeViews(views);
      copy.dispose();
    },
  };
}

/** The gradients of each part, averaged over batches. */
function meanGradients(
  objective: Training['objective'],
  views: readonly ViewPair[],
  context: StepContext,
  rng: Random,
): Record<string, Gradients> {
  let sums: Record<string, Gradients> = {};
  views.forEach((batch, i) => {
    const previous = sums;
    sums = tf.tidy(() => {
      const found = partGradients(objective, batch, context, rng.fork('gradients', i));
      return mapped(found, (name, part) => {
        const gradient = tf.div(found[part]?.[name] as tf.Tensor, views.length);
        const before = previous[part]?.[name];
        return before === undefined ? gradient : tf.add(before, gradient);
      });
    });
    tf.dispose(Object.values(previous).flatMap((each) => Object.values(each)));
  });
  return sums;
}

function mapped(
  all: Readonly<Record<string, Gradients>>,
  value: (name: string, part: string) => tf.Tensor,
): Record<string, Gradients> {
  return Object.fromEntries(
    Object.entries(all).map(([part, gradients]) => [
      part,
      Object.fromEntries(Object.keys(gradients).map((name) => [name, value(name, part)])),
    ]),
  );
}

/** The scalar products of all pairs of gradients `[n, n]`, row by row. */
function productsOf(gradients: Record<string, Gradients>): {
  names: string[];
  products: tf.Tensor1D;
} {
  const names = Object.keys(gradients);
  const products = names.flatMap((a) =>
    names.map((b) => product(gradients[a] as Gradients, gradients[b] as Gradients)),
  );
  return { names, products: tf.concat1d([tf.tensor1d([]), ...products]) };
}

/** The scalar product over the parameters that both depend on, `[1]`. */
function product(a: Gradients, b: Gradients): tf.Tensor1D {
  const shared = Object.keys(a).filter((name) => Object.hasOwn(b, name));
  const terms = shared.map((name) => tf.sum(tf.mul(a[name] as tf.Tensor, b[name] as tf.Tensor)));
  return tf.reshape(terms.length === 0 ? tf.scalar(0) : tf.addN(terms), [1]);
}

/** Norms, then cosines of the parts of the same stream. */
function metricsOf(names: readonly string[], products: ArrayLike<number>): Record<string, number> {
  const productOf = (i: number, j: number): number => products[i * names.length + j] as number;
  const norms = names.map((_, i) => Math.sqrt(productOf(i, i)));
  const metrics: Record<string, number> = {};
  names.forEach((name, i) => {
    metrics[`gradient-norm-${name}`] = norms[i] as number;
  });
  names.forEach((first, i) => {
    names.slice(i + 1).forEach((second, k) => {
      const length = (norms[i] as number) * (norms[i + 1 + k] as number);
      const [a, stream] = split(first);
      const [b, other] = split(second);
      if (stream !== other || length === 0) return;
      metrics[`gradient-cosine-${a}-${b}${stream}`] = productOf(i, i + 1 + k) / length;
    });
  });
  return metrics;
}

/** `infonce_motion` as `infonce` and `_motion`. */
function split(part: string): readonly [name: string, stream: string] {
  const at = part.indexOf('_');
  return at < 0 ? [part, ''] : [part.slice(0, at), part.slice(at)];
}
