import * as tf from '@tensorflow/tfjs-core';
import type { Random } from '@halp/random';
import { expectOptions, expectRandom, type OptionNames } from '@halp/random/check';
import { expectEpoch, expectNotNegative, shapeText } from '../check.ts';
import { d3mLoss } from '../losses/d3m-loss.ts';
import { infoNCELogits, infoNCELoss } from '../losses/info-nce.ts';
import type { MultiPositiveOptions } from '../losses/multi-positive-loss.ts';
import { checkedNeighbours, nearestNeighbourLoss } from '../losses/nearest-neighbour-loss.ts';
import type { AnchoredObjective, Embeddings } from '../parts/anchored-objective.ts';
import { l2Normalize } from '../parts/l2-normalize.ts';
import {
  type MomentumOptions,
  type NetworkPair,
  pairOf,
  type ViewPair,
} from '../parts/momentum-pair.ts';

/** Networks and constants of {@link aimclr}. */
export interface AimclrOptions extends NetworkPair, MomentumOptions, MultiPositiveOptions {
  /** The first epoch, from 0, that mines neighbours; the authors mine in the second half. Default: no mining. */
  readonly mineFromEpoch?: number;
  /** Number of nearest keys of the queue that are mined for each view. Default: 1. */
  readonly neighbours?: number;
  /** Weight of the divergence, at least 0. Default: 1. */
  readonly weight?: number;
}

/** Two normally augmented views of clips and an extremely augmented one, all of one shape. */
export interface ExtremeViews extends ViewPair {
  /** The extremely augmented view, `[N, C, T, V, M]`, another input of the query network. */
  readonly extreme: tf.Tensor5D;
}

/** The unit embeddings of {@link ExtremeViews}. */
export interface ExtremeEmbeddings extends Embeddings {
  /** The embeddings of the extreme view, `[N, D]`; differentiable. */
  readonly extreme: tf.Tensor2D;
}

const optionNames: OptionNames<AimclrOptions> = {
  mineFromEpoch: true,
  neighbours: true,
  weight: true,
  query: true,
  key: true,
  queueSize: true,
  dimension: true,
  temperature: true,
  momentum: true,
  combine: true,
};

/**
 * The AimCLR objective: MoCo on normally augmented views, an extremely augmented view whose similarities to the queue
 * are trained to match the normal view's, and later the nearest keys of the queue as positives.
 *
 * Source: Guo et al., AimCLR (arXiv 2112.03590); net/aimclr.py of its code.
 * - A step is that of {@link moco}; the query network embeds the normal query view, then the extreme view.
 * - `loss`: InfoNCE (part `infonce`), or from epoch `mineFromEpoch` {@link nearestNeighbourLoss} (part `nnm`), plus `weight`
 *   times {@link d3mLoss} from the normal to the extreme view (part `d3m`).
 *
 * Names: those of {@link moco}.
 *
 * @param rng - draws `queueSize * dimension` normals for the first queue.
 * @returns the objective; its `dispose` frees the queue, not the networks.
 * @throws RangeError if networks or views do not match, or a constant is outside its range.
 * @remarks The authors' third query view, the features of the extreme view without its most attended joints and frames (EADM), is
 * computed inside their encoder and is not implemented. Their divergence is the mean of two terms; this is the first of
 * them.
 *
 * @example
 * ```ts
 * const objective = aimclr(
 *   { query, key, queueSize: 32768, dimension: 128, mineFromEpoch: 150 },
 *   createRandom(0),
 * );
 * objective.loss({ query: normal, key: other, extreme }, context, rng);
 * ```
 */
export function aimclr(
  options: AimclrOptions,
  rng: Random,
): AnchoredObjective<ExtremeViews, ExtremeEmbeddings> {
  expectOptions('aimclr', options, optionNames);
  expectRandom('aimclr', rng);
  const { query: network, mineFromEpoch, weight = 1 } = options;
  expectNotNegative('aimclr', weight, 'weight');
  const mining = checkedNeighbours('aimclr', options);
  if (mineFromEpoch !== undefined) expectEpoch('aimclr', mineFromEpoch, 'mineFromEpoch');
  const { temperature, ...pair } = pairOf('aimclr', options, rng);

  const objective: AnchoredObjective<ExtremeViews, ExtremeEmbeddings> = {
    ...pair,
    embed(views, stepRng) {
      if (!tf.util.arraysEqual(views.extreme.shape, views.query.shape)) {
        throw new RangeError(
          `aimclr: expected an extreme view of shape ${shapeText(views.query)}, ` +
            `got ${shapeText(views.extreme)}`,
        );
      }
      return tf.tidy(() => ({
        ...pair.embed(views, stepRng),
        extreme: l2Normalize(
          network.apply(views.extreme, { mode: 'train', rng: stepRng.fork('extreme') }),
        ),
      }));
    },
    contrast({ query, key, extreme }, { epoch }) {
      const mines = mineFromEpoch !== undefined && epoch >= mineFromEpoch;
      const { keys } = pair.queue;
      return tf.tidy(() => {
        const logits = infoNCELogits(query, key, keys, { temperature });
        const extremeLogits = infoNCELogits(extreme, key, keys, { temperature });
        const contrast: Record<string, tf.Scalar> = mines
          ? { nnm: nearestNeighbourLoss(query, key, keys, extreme, { temperature, ...mining }) }
          : { infonce: infoNCELoss(query, key, keys, { temperature }) };
        const parts = {
          ...contrast,
          d3m: tf.mul<tf.Scalar>(d3mLoss(logits, extremeLogits), weight),
        };
        return { total: tf.addN(Object.values(parts)), parts };
      });
    },
    loss(views, context, stepRng) {
      return tf.tidy(() => ({
        ...objective.contrast(objective.embed(views, stepRng), context, stepRng),
      }));
    },
  };
  return objective;
}
