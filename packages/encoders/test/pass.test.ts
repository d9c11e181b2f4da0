import * as tf from '@tensorflow/tfjs-core';
import { expect, it } from 'vitest';
import {
  agcn,
  biGru,
  convolutionHead,
  ctrGcn,
  type Encoder,
  onStream,
  projectionHead,
  skeletonTransformer,
  stGcn,
  withHead,
} from '@halp/encoders';
import type { Layer, Pass } from '@halp/nn';
import { createRandom, type Random } from '@halp/random';
import { noPasses, onEachBackend } from '@halp/testing';
import { fourJoints as layout } from './graph/four-joints.ts';

/** An encoder that ignores the pass. */
const careless = (rng: Random): Encoder => {
  const own = biGru({ joints: 4, hidden: 2, layers: 1 }, rng);
  return { ...own, apply: (x) => own.apply(x, { mode: 'train', rng: createRandom(0) }) };
};
const head = (rng: Random): Layer<tf.Tensor2D, tf.Tensor2D> =>
  projectionHead({ inputs: 4, hidden: 3, outputs: 2 }, rng);

const networks: Readonly<Record<string, (rng: Random) => Layer<tf.Tensor5D, tf.Tensor2D>>> = {
  biGru: (rng) => biGru({ joints: 4, hidden: 2, layers: 1 }, rng),
  stGcn: (rng) => stGcn({ layout, width: 2, features: 4 }, rng),
  agcn: (rng) => agcn({ layout, width: 4 }, rng),
  ctrGcn: (rng) => ctrGcn({ layout, width: 8 }, rng),
  skeletonTransformer: (rng) =>
    skeletonTransformer({ layout, frames: 8, segment: 4, width: 4, depth: 1, heads: 2 }, rng),
  onStream: (rng) => onStream(careless(rng), 'motion', layout),
  withHead: (rng) => withHead(careless(rng), head(rng)),
};
const heads = {
  projectionHead: head,
  convolutionHead: (rng: Random) => convolutionHead({ inputs: 4, outputs: 2 }, rng),
};

onEachBackend(() => {
  const expectRefused = async <In extends tf.Tensor>(
    name: string,
    layer: Layer<In, tf.Tensor2D>,
    x: In,
  ): Promise<void> => {
    const numbers = async (): Promise<number[][]> =>
      Promise.all(Object.values(layer.buffers).map(async (each) => [...(await each.data())]));
    const before = await numbers();
    const tensors = tf.memory().numTensors;
    for (const pass of noPasses) {
      expect(() => layer.apply(x, pass as Pass)).toThrow(TypeError);
      expect(() => layer.apply(x, pass as Pass)).toThrow(`${name}: expected a `);
    }
    expect(tf.memory().numTensors).toBe(tensors);
    expect(await numbers()).toEqual(before);
    x.dispose();
    layer.dispose();
  };

  it.each(Object.entries(networks))(
    '%s rejects everything that is no pass and changes nothing',
    (name, make) =>
      expectRefused(name, make(createRandom(0)), tf.ones<tf.Rank.R5>([2, 3, 8, 4, 2])),
  );

  it.each(Object.entries(heads))('%s rejects everything that is no pass', (name, make) =>
    expectRefused(name, make(createRandom(0)), tf.ones<tf.Rank.R2>([3, 4])),
  );
});
