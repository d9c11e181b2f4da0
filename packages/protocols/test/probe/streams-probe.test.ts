import { describe, expect, it } from 'vitest';
import { createRandom } from '@halp/random';
import { expectClose, expectNoLeak, onEachBackend } from '@halp/testing';
import { linearProbe, streamsProbe } from '../../src/index.ts';
import { clusters, wave } from '../arrays.ts';

const labels = Int32Array.of(0, 1, 2, 0, 1, 2, 1);
const two = {
  joint: { features: wave(7 * 3, 1.3, 0.2), labels },
  bone: { features: wave(7 * 2, 0.6, 1.2), labels },
};
const zeros = {
  joint: { weight: new Float32Array(9), bias: new Float32Array(3) },
  bone: { weight: new Float32Array(6), bias: new Float32Array(3) },
};
const options = {
  classes: 3,
  crops: 'fixed-centre',
  selectBy: 'last-epoch',
  learningRate: 0.5,
  epochs: 4,
  batchSize: 4,
  shuffle: false,
} as const;

describe('streamsProbe', () => {
  onEachBackend(() => {
    it('follows PyTorch: two classifiers trained through the mean of their logits', async () => {
      // torch 2.13, float64: z = (a W_aᵀ + b_a + b W_bᵀ + b_b) / 2, SGD(0.5, momentum 0.9).
      const { losses, weights, evaluation } = await expectNoLeak(() =>
        streamsProbe(two, two, { ...options, initial: zeros }, createRandom(0)),
      );
      const close = { relative: 1e-4, absolute: 1e-5 };
      expectClose(
        losses,
        [1.0986123, 1.0927918, 0.9563184, 0.8649741, 0.7556979, 0.5808898, 0.582678, 0.3632967],
        close,
      );
      expectClose(
        weights['joint']?.weight ?? [],
        [
          -0.213936, 1.226044, 0.869866, -1.401067, -1.929852, 0.3686, 1.615003, 0.703809,
          -1.238466,
        ],
        close,
      );
      expectClose(
        weights['bone']?.weight ?? [],
        [-0.53514, -0.199944, 0.549361, 0.350631, -0.014221, -0.150687],
        close,
      );
      for (const { bias } of Object.values(weights)) {
        expectClose(bias, [-0.293012, 0.439393, -0.14638], close);
      }
      expect(evaluation).toMatchObject({
        protocol: 'linear',
        settings: { streams: 'joint + bone', fusion: 'mean of logits, trained through it' },
      });
    });

    it('equals the linear probe for one stream', async () => {
      const data = clusters(30, { classes: 3, size: 4, spread: 2 }, createRandom(1));
      const initial = { weight: wave(12, 0.9, 0), bias: wave(3, 2, 0) };
      const alone = await linearProbe(data, data, { ...options, initial }, createRandom(0));
      const stream = await streamsProbe(
        { joint: data },
        { joint: data },
        { ...options, initial: { joint: initial } },
        createRandom(0),
      );
      expect(stream.losses).toEqual(alone.losses);
      expect(stream.scores).toEqual(alone.scores);
      expect(stream.weights['joint']).toEqual(alone.weights);
    });

    it('redraws the crops of all streams in every epoch, and holds out the same clips of each', async () => {
      const shape = { classes: 3, size: 4, spread: 2 };
      const [a, b] = [clusters(30, shape, createRandom(1)), clusters(30, shape, createRandom(2))];
      const asked: number[] = [];
      const { evaluation } = await streamsProbe(
        (epoch) => {
          asked.push(epoch);
          return Promise.resolve({ bone: b, joint: a });
        },
        { joint: a, bone: b },
        { ...options, crops: 'random-each-epoch', selectBy: 'validation' },
        createRandom(3),
      );
      expect(asked).toEqual([0, 1, 2, 3]);
      expect(evaluation.counts).toMatchObject({ train: 24, validation: 6, test: 30 });
    });

    it('refuses streams that are missing or of other clips', async () => {
      const run = (train: Parameters<typeof streamsProbe>[0], test = two) =>
        streamsProbe(train, test, options, createRandom(0));
      await expect(run({ joint: two.joint })).rejects.toThrow(
        'training features to be of joint, bone, got joint',
      );
      const shifted = { ...two.bone, labels: labels.map((label) => (label + 1) % 3) };
      await expect(run({ ...two, bone: shifted })).rejects.toThrow(
        'streamsProbe: expected every stream to have the same rows, got other labels',
      );
      await expect(run({ ...two, bone: two.joint })).rejects.toThrow(
        'to have 2 values like the test ones, got 3',
      );
      await expect(streamsProbe({}, {}, options, createRandom(0))).rejects.toThrow(
        'expected at least one stream in test, got none',
      );
    });
  });
});
