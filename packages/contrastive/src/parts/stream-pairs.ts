import * as tf from '@tensorflow/tfjs-core';
import { mergeParams, type Params, streamVariable } from '@halp/nn';
import type { Random } from '@halp/random';
import { expectObject } from '@halp/random/check';
import type { KeyQueue } from './key-queue.ts';
import {
  type MomentumOptions,
  type MomentumPair,
  type NetworkPair,
  pairOf,
  type ViewPair,
} from './momentum-pair.ts';
import type { PerStream, StreamsObjective } from './streams-objective.ts';

/** The networks of each stream and the constants of their momentum contrast. */
export interface StreamPairsOptions<Name extends string> extends MomentumOptions {
  /**
   * The two networks of each stream; they take joint clips and compute their stream. The caller keeps them. Terms are
   * summed in this order.
   */
  readonly streams: PerStream<Name, NetworkPair>;
}

/** The common part of objectives over several streams: everything except the loss. */
export interface StreamPairs<Name extends string> extends Omit<
  StreamsObjective<ViewPair, Name>,
  'contrast' | 'loss'
> {
  readonly temperature: number;
}

/**
 * A {@link momentumPair} for each stream.
 *
 * @param caller - the name of the objective in error messages.
 * @param rng - forked by the stream's name; itself not drawn from.
 */
export function streamPairs<Name extends string>(
  caller: string,
  { streams, ...options }: StreamPairsOptions<Name>,
  rng: Random,
): StreamPairs<Name> {
  expectObject(caller, streams, 'streams by name');
  const names = Object.keys(streams) as Name[];
  if (names.length < 2) {
    throw new RangeError(
      `${caller}: expected at least two streams, got ${names.join(', ') || 'none'}`,
    );
  }
  const pairs = {} as Record<Name, MomentumPair>;
  try {
    for (const name of names) {
      pairs[name] = pairOf(caller, { ...streams[name], ...options }, rng.fork(name));
    }
  } catch (error) {
    for (const pair of Object.values<MomentumPair>(pairs)) pair.dispose();
    throw error;
  }
  const all = Object.values<MomentumPair>(pairs);
  return {
    streams: names,
    queues: mapStreams<Name, MomentumPair, KeyQueue>(pairs, ({ queue }) => queue),
    temperature: (all[0] as MomentumPair).temperature,
    params: mergeParams(...names.map((name) => ofStream(name, pairs[name].params))),
    state: mergeParams(...names.map((name) => ofStream(name, pairs[name].state))),
    beforeStep() {
      for (const pair of all) pair.beforeStep();
    },
    embed: (views, stepRng) =>
      tf.tidy(() =>
        mapStreams(pairs, (pair, name) => ({ ...pair.embed(views, stepRng.fork(name)) })),
      ),
    afterStep() {
      for (const pair of all) pair.afterStep();
    },
    dispose() {
      for (const pair of all) pair.dispose();
    },
  };
}

/** A record with `f` applied to the value of each stream. */
export function mapStreams<Name extends string, From, To>(
  streams: PerStream<Name, From>,
  f: (value: From, name: Name) => To,
): Record<Name, To> {
  const entries = Object.entries<From>(streams) as [Name, From][];
  return Object.fromEntries(entries.map(([name, value]) => [name, f(value, name)])) as Record<
    Name,
    To
  >;
}

function ofStream(stream: string, params: Params): Params {
  return Object.fromEntries(
    Object.entries(params).map(([name, value]) => [streamVariable(name, stream), value]),
  );
}
