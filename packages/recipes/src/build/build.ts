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
import { expectObject, expectRandom } from '@halp/random/check';
import { layoutOf, type Stream } from '@halp/skeleton';
import { checkRecipe } from '../check/check-recipe.ts';
import type { Recipe } from '../recipe/recipe.ts';
import { buildEncoder, type MakeEncoder } from './build-encoder.ts';
import { buildObjective } from './build-objective.ts';
import { buildOptimizer } from './build-optimizer.ts';
import { networkName } from './network-name.ts';
import type { NetworkPair, OwnParts } from './own-parts.ts';

/** An encoder with its stream. */
export interface StreamEncoder {
  /** Its stream. */
  readonly stream: Stream;
  /** The query encoder without head; its input is joints, from which it computes its stream. */
  readonly encoder: Encoder;
}

/** A trained network with its stream. */
export interface StreamNetwork {
  /** Its stream. */
  readonly stream: Stream;
  /** The query encoder with head; its input is joints, from which it computes its stream. */
  readonly network: EncoderWithHead;
}

/** The objects of a run. */
export interface Training {
  /** The encoders to evaluate: one, or those of joint, motion and bone. */
  readonly encoders: readonly StreamEncoder[];
  /** The same encoders with the projection heads of the objective. */
  readonly networks: readonly StreamNetwork[];
  /** The objective. */
  readonly objective: Objective<ViewPair>;
  /** The objective without HaLP's term, whose state a HaLP run takes over when it branches; without HaLP the objective itself. */
  readonly base: Objective<ViewPair>;
  /** The optimizer of the objective's parameters. */
  readonly optimizer: Optimizer;
  /** Disposes everything. */
  dispose(): void;
}

const threeStreams = ['joint', 'motion', 'bone'] as const;

/** The streams of a recipe, in the order in which they are fused. */
export function streamsOf({ stream }: Pick<Recipe, 'stream'>): readonly Stream[] {
  return stream === '3s' ? threeStreams : [stream];
}

/**
 * All objects of a training run.
 *
 * Two recipes that differ only in their objective start with equal weights and equal queues.
 *
 * @param rng - The stream of the run; forked, not advanced.
 * @param own - What the recipe's modules export, from {@link importParts}. Default: nothing, for recipes without modules.
 * @throws RangeError if {@link checkRecipe} refuses the recipe, or the encoder refuses its sizes.
 * @throws TypeError if a module's function is missing or returns something else.
 */
export function buildTraining(recipe: Recipe, rng: Random, own: OwnParts = {}): Training {
  expectObject('buildTraining', recipe, 'a recipe');
  expectRandom('buildTraining', rng);
  checkRecipe(recipe);
  expectObject('buildTraining', own, 'the parts of importParts');
  const { encoder: make = buildEncoder } = own;
  const networks = new Map(
    streamsOf(recipe).map((stream) => [stream, pairOf(recipe, stream, rng, make)]),
  );
  const { objective, base, owned } = buildObjective(recipe, networks, own.objective, rng);
  const optimizer = buildOptimizer(objective.params, recipe.optimizer, own.optimizer);
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

/** The encoders of a recipe, with their variables under the names of a training checkpoint. */
export interface EncodersOnly {
  /** One encoder, or those of joint, motion and bone. */
  readonly encoders: readonly StreamEncoder[];
  /** `params.encoder_q.*` and `state.encoder_q.*`; for further streams `params.encoder_q_motion.*` and so on. */
  readonly variables: Params;
  /** Disposes the encoders. */
  dispose(): void;
}

/**
 * The encoders of a recipe's training, without heads, key networks, queue and optimizer. For the same stream of random
 * numbers, the weights equal the initial weights of {@link buildTraining}.
 *
 * @param rng - The stream of the run; forked, not advanced.
 * @param make - Builds the encoder. Default: `buildEncoder`; `importEncoder` returns it for a user's encoder.
 * @throws RangeError if {@link checkRecipe} refuses the recipe, or the encoder refuses its sizes.
 */
export function buildEncoders(
  recipe: Recipe,
  rng: Random,
  make: MakeEncoder = buildEncoder,
): EncodersOnly {
  expectObject('buildEncoders', recipe, 'a recipe');
  expectRandom('buildEncoders', rng);
  checkRecipe(recipe);
  const streams = streamsOf(recipe);
  const encoders = streams.map((stream) => ({
    stream,
    encoder: encoderOf(recipe, stream, rng, make),
  }));
  const variables = encoders.map(({ stream, encoder }) => {
    const name = networkName('encoder_q', stream, streams.length);
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

/** Query and key network of a stream. The joint stream draws the same numbers as a recipe with one stream. */
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

/** The encoder of a stream; its input is joints, from which it computes its stream. */
function encoderOf(recipe: Recipe, stream: Stream, rng: Random, make: MakeEncoder): Encoder {
  const encoder = make(recipe, streamRng(recipe, stream, rng).fork('encoder'));
  return stream === 'joint' ? encoder : onStream(encoder, stream, layoutOf(recipe.data.layout));
}

function streamRng({ stream: streams }: Recipe, stream: Stream, rng: Random): Random {
  return streams === '3s' && stream !== 'joint' ? rng.fork(stream) : rng;
}
