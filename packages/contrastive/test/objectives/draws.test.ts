import * as tf from '@tensorflow/tfjs-core';
import { expect, it } from 'vitest';
import { byol, cmd, type Embedder, mlp, moco, simclr } from '@halp/contrastive';
import { ownedVariable, type StepContext } from '@halp/nn';
import { createRandom, type Random, type RandomState } from '@halp/random';
import { onEachBackend } from '@halp/testing';

const context: StepContext = { epoch: 0, iteration: 0, step: 0, samples: 0 };
const seen = new Map<string, RandomState[]>();
const networks: Embedder[] = [];

/** A network that records the streams of its passes. */
const recorder = (name: string): Embedder => {
  const weight = ownedVariable(tf.ones([1]));
  const network: Embedder = {
    params: { weight },
    buffers: {},
    apply(x, pass) {
      const states = seen.get(name) ?? [];
      seen.set(name, states);
      if (pass.mode === 'train') states.push(pass.rng.state());
      return tf.tidy(() => tf.mul<tf.Tensor2D>(tf.reshape(x, [x.shape[0], 2]), weight));
    },
    dispose: () => weight.dispose(),
  };
  networks.push(network);
  return network;
};

/** The streams of the passes of each network in one loss. */
const draws = (objective: {
  loss: (views: never, context: StepContext, rng: Random) => unknown;
  dispose: () => void;
}): Readonly<Record<string, readonly RandomState[]>> => {
  seen.clear();
  tf.tidy(() => {
    const view = tf.randomNormal<tf.Rank.R5>([4, 2, 1, 1, 1], 0, 1, 'float32', 1);
    objective.loss({ query: view, key: view } as never, context, createRandom(1));
  });
  objective.dispose();
  for (const network of networks.splice(0)) network.dispose();
  return Object.fromEntries(seen);
};

const rng = createRandom(1);
const state = (...path: readonly string[]): RandomState =>
  path.reduce((stream, name) => stream.fork(name), rng).state();

onEachBackend(() => {
  it('moco gives query and key network streams of their own', () => {
    const options = { query: recorder('q'), key: recorder('k'), queueSize: 4, dimension: 2 };
    expect(draws(moco(options, createRandom(0)))).toEqual({
      q: [state('encoder_q')],
      k: [state('encoder_k')],
    });
  });

  it('cmd gives the networks of each stream streams of their own', () => {
    const pair = (name: string) => ({ query: recorder(`${name} q`), key: recorder(`${name} k`) });
    const streams = { joint: pair('joint'), motion: pair('motion') };
    const options = { streams, queueSize: 4, dimension: 2 };
    expect(draws(cmd(options, createRandom(0)))).toEqual({
      'joint q': [state('joint', 'encoder_q')],
      'joint k': [state('joint', 'encoder_k')],
      'motion q': [state('motion', 'encoder_q')],
      'motion k': [state('motion', 'encoder_k')],
    });
  });

  it('an objective with one network gives each view a stream of its own', () => {
    expect(draws(simclr({ network: recorder('n') }))).toEqual({
      n: [state('query'), state('key')],
    });
  });

  it('byol gives each network and each direction a stream of its own', () => {
    const predictor = mlp({ inputs: 2, hidden: [], outputs: 2 }, createRandom(0));
    const options = { query: recorder('q'), key: recorder('k'), predictor };
    expect(draws(byol(options))).toEqual({
      q: [state('query', 'encoder_q'), state('key', 'encoder_q')],
      k: [state('query', 'encoder_k'), state('key', 'encoder_k')],
    });
    predictor.dispose();
  });
});
