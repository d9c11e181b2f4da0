import type { ViewPair } from '@halp/contrastive';
import {
  type Encoder,
  type EncoderWithHead,
  onStream,
  projectionHead,
  withHead,
} from '@halp/encoders';
import { mergeParams, type Objective, type Optimizer, type Params, prefixed } from '@halp/nn';
import type { Random } from '@halp/random';
import { expectOptions, expectRandom } from '@halp/random/check';
import { layoutOf, type Stream } from '@halp/skeleton';
import { checkRecipe } from '../check/check-recipe.ts';
import type { Recipe } from '../recipe/recipe.ts';
import { buildEncoder, type MakeEncoder } from './build-encoder.ts';
import { buildObjective, type NetworkPair } from './build-objective.ts';
import { buildOptimizer } from './build-optimizer.ts';

/** An encoder that is evaluated, and what it sees. */
export interface StreamEncoder {
  /** Its stream. */
  readonly stream: Stream;
  /** The query encoder without its head; takes joints and makes its stream of them. */
  readonly encoder: Encoder;
}

/** A network that is trained, and what it sees. */
export interface StreamNetwork {
  /** Its stream. */
  readonly stream: Stream;
  /** The query encoder with its head; takes joints and makes its stream of them. */
  readonly network: EncoderWithHead;
}

/** The objects of a run. */
export interface Training {
  /** What is evaluated: one encoder, or those of joint, motion and bone. */
  readonly encoders: readonly StreamEncoder[];
  /** The same encoders with the heads that the objective is computed on. */
  readonly networks: readonly StreamNetwork[];
  /** What is minimised. */
  readonly objective: Objective<ViewPair>;
  /** What a HaLP run shares with the run that it may branch from; the objective itself without HaLP. */
  readonly base: Objective<ViewPair>;
  /** Changes the objective's parameters. */
  readonly optimizer: Optimizer;
  /** Disposes all of it. */
  dispose(): void;
}

const threeStreams = ['joint', 'motion', 'bone'] as const;

/** The streams of a recipe, in the order in which they are fused. */
export function streamsOf({ stream }: Pick<Recipe, 'stream'>): readonly Stream[] {
  return stream === '3s' ? threeStreams : [stream];
}

/**
 * Everything that a recipe trains.
 *
 * Two recipes that differ only in their objective begin with the same weights and the same queue.
 *
 * @param rng - The stream of the run; forked, not advanced.
 * @param make - What makes the encoder; `buildEncoder` unless given, `importEncoder` for one's own.
 * @throws RangeError if {@link checkRecipe} refuses the recipe, or the encoder its sizes.
 */
export function buildTraining(
  recipe: Recipe,
  rng: Random,
  make: MakeEncoder = buildEncoder,
): Training {
  expectOptions('buildTraining', recipe, 'a recipe');
  expectRandom('buildTraining', rng);
  checkRecipe(recipe);
  const networks = new Map(
    streamsOf(recipe).map((stream) => [stream, pairOf(recipe, stream, rng, make)]),
  );
  const { objective, base, owned } = buildObjective(recipe, networks, rng);
  const optimizer = buildOptimizer(objective.params, recipe.optimizer);
  return {
    encoders: [...networks].map(([stream, { query }]) => ({ stream, encoder: query.encoder })),
    networks: [...networks].map(([stream, { query }]) => ({ stream, network: query })),
    objective,
    base,
    optimizer,
    dispose() {
      optimizer.dispose();
      for (const each of owned) each.dispose();
      for (const { query, key } of networks.values()) {
        query.dispose();
        key.dispose();
      }
    },
  };
}

/** The encoders of a recipe, and their variables under the names that they have in a checkpoint of its training. */
export interface EncodersOnly {
  /** One encoder, or those of joint, motion and bone. */
  readonly encoders: readonly StreamEncoder[];
  /** `params.encoder_q.*` and `state.encoder_q.*`; of further streams `params.encoder_q_motion.*` and so on. */
  readonly variables: Params;
  /** Disposes the encoders. */
  dispose(): void;
}

/**
 * What of a recipe's training is evaluated, without heads, key networks, queue and optimizer. The weights are those with
 * which {@link buildTraining} begins for the same stream of random numbers.
 *
 * @param rng - The stream of the run; forked, not advanced.
 * @param make - What makes the encoder. Default: `buildEncoder`; `importEncoder` gives it for an encoder of your own.
 * @throws RangeError if {@link checkRecipe} refuses the recipe, or the encoder its sizes.
 */
export function buildEncoders(
  recipe: Recipe,
  rng: Random,
  make: MakeEncoder = buildEncoder,
): EncodersOnly {
  expectOptions('buildEncoders', recipe, 'a recipe');
  expectRandom('buildEncoders', rng);
  checkRecipe(recipe);
  const streams = streamsOf(recipe);
  const encoders = streams.map((stream) => ({
    stream,
    encoder: encoderOf(recipe, stream, rng, make),
  }));
  const variables = encoders.map(({ stream, encoder }) => {
    const name = streams.length === 1 || stream === 'joint' ? 'encoder_q' : `encoder_q_${stream}`;
    return mergeParams(
      prefixed(`params.${name}`, encoder.params),
      prefixed(`state.${name}`, encoder.buffers),
    );
  });
  return {
    encoders,
    variables: mergeParams(...variables),
    dispose() {
      for (const { encoder } of encoders) encoder.dispose();
    },
  };
}

/** Query and key network of a stream. The joint stream draws as the only stream of a recipe does. */
function pairOf(recipe: Recipe, stream: Stream, rng: Random, make: MakeEncoder): NetworkPair {
  const network = (): EncoderWithHead => {
    const encoder = encoderOf(recipe, stream, rng, make);
    const head = projectionHead(
      { inputs: encoder.featureSize, ...recipe.head },
      streamRng(recipe, stream, rng).fork('head'),
    );
    return withHead(encoder, head);
  };
  return { query: network(), key: network() };
}

/** The encoder of a stream, which takes joints and makes its stream of them. */
function encoderOf(recipe: Recipe, stream: Stream, rng: Random, make: MakeEncoder): Encoder {
  const encoder = make(recipe, streamRng(recipe, stream, rng).fork('encoder'));
  return stream === 'joint' ? encoder : onStream(encoder, stream, layoutOf(recipe.data.layout));
}

function streamRng({ stream: streams }: Recipe, stream: Stream, rng: Random): Random {
  return streams === '3s' && stream !== 'joint' ? rng.fork(stream) : rng;
}
