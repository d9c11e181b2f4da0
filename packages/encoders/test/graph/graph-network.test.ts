import * as tf from '@tensorflow/tfjs-core';
import { expect, it } from 'vitest';
import { createRandom } from '@halp/random';
import { expectClose, onEachBackend } from '@halp/testing';
import { type BlockSizes, graphNetwork, tenBlocks } from '../../src/graph/graph-network.ts';

/** A block without parameters: every output channel is the sum of the input channels. */
const summing = ({ outputs }: BlockSizes) => ({
  params: {},
  buffers: {},
  apply: (x: tf.Tensor4D) => tf.tile(tf.sum<tf.Tensor4D>(x, 3, true), [1, 1, 1, outputs]),
});

const sizes = {
  caller: 'test',
  joints: 2,
  persons: 2,
  channels: 3,
  statisticsShared: 'nothing',
  plan: tenBlocks(4),
  nameOf: (i: number) => `l${i + 1}`,
} as const;

onEachBackend(() => {
  it('has ten blocks; the fifth and the eighth double the channels and halve the frames', () => {
    const seen: BlockSizes[] = [];
    const network = graphNetwork(
      {
        ...sizes,
        block: (block) => {
          seen.push(block);
          return summing(block);
        },
      },
      createRandom(0),
    );
    expect(seen.map(({ inputs, outputs }) => [inputs, outputs])).toEqual([
      [3, 4],
      [4, 4],
      [4, 4],
      [4, 4],
      [4, 8],
      [8, 8],
      [8, 8],
      [8, 16],
      [16, 16],
      [16, 16],
    ]);
    expect(seen.map(({ stride }) => stride)).toEqual([1, 1, 1, 1, 2, 1, 1, 2, 1, 1]);
    expect(seen.map(({ residual }) => residual)).toEqual(seen.map((_, i) => i > 0));
    expect(network.featureSize).toBe(16);
    network.dispose();
  });

  it('returns the requested number of output channels', () => {
    expect(tenBlocks(4, 10).map(({ outputs }) => outputs)).toEqual([
      ...[4, 4, 4, 4],
      ...[8, 8, 8],
      ...[16, 16, 10],
    ]);
  });

  /** The running means after one clip in which each number equals its index (m·V + v)·C + c, in both frames. */
  function runningMeans(statisticsShared: 'persons' | 'nothing'): ArrayLike<number> {
    const network = graphNetwork({ ...sizes, statisticsShared, block: summing }, createRandom(0));
    const means = tf.tidy(() => {
      const index = tf.transpose(tf.reshape(tf.range(0, 12), [1, 2, 2, 3]), [0, 3, 2, 1]);
      const clips = tf.tile<tf.Tensor5D>(tf.reshape(index, [1, 3, 1, 2, 2]), [1, 1, 2, 1, 1]);
      network.apply(clips, { mode: 'train', rng: createRandom(0) });
      return network.buffers['data_bn.running_mean']?.dataSync<'float32'>() ?? [];
    });
    network.dispose();
    return means;
  }

  it('normalises each number of a frame by person, joint and coordinate, in this order', () => {
    const expected = Array.from({ length: 12 }, (_, i) => 0.1 * i);
    expectClose(runningMeans('nothing'), expected, { absolute: 1e-6 });
  });

  it('normalises by joint and coordinate with statistics shared by persons', () => {
    // The mean of v·C + c and (V + v)·C + c.
    const expected = Array.from({ length: 6 }, (_, i) => 0.1 * (i + 3));
    expectClose(runningMeans('persons'), expected, { absolute: 1e-6 });
  });

  it('returns the mean over persons, frames and joints of each clip', () => {
    const plan = [{ outputs: 4, stride: 1 }];
    const network = graphNetwork({ ...sizes, plan, block: summing }, createRandom(0));
    tf.tidy(() => {
      const clips = tf.randomNormal<tf.Rank.R5>([3, 3, 5, 2, 2], 0, 1, 'float32', 1);
      // A sum over coordinates, then means over the other axes; batch norm without training divides by √(1 + 1e-5).
      const of = tf.div(tf.mean(tf.sum(clips, 1), [1, 2, 3]), Math.sqrt(1 + 1e-5));
      const expected = tf.tile(tf.reshape(of, [3, 1]), [1, 4]);
      expectClose(network.apply(clips, { mode: 'eval' }), expected, { absolute: 1e-6 });
    });
    network.dispose();
  });
});
