import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, it } from 'vitest';
import {
  barlowTwins,
  barlowTwinsLoss,
  type Embedder,
  type LabelledViews,
  ntXentLoss,
  simclr,
  supCon,
  supConLoss,
  vicReg,
  vicRegLoss,
  type ViewPair,
} from '@halp/contrastive';
import { linear, type Objective } from '@halp/nn';
import { createRandom } from '@halp/random';
import { checkGradient, expectClose, expectNoLeak, onEachBackend } from '@halp/testing';
import { messageOf } from '../losses/rows.ts';
import { CONTEXT, embedder, read, train, views } from '../objectives/embedder.ts';

interface Kind {
  readonly make: (network: Embedder) => Objective<LabelledViews>;
  readonly loss: (a: tf.Tensor2D, b: tf.Tensor2D, labels: tf.Tensor1D) => tf.Scalar;
  readonly parts: readonly string[];
}

const KINDS: Readonly<Record<string, Kind>> = {
  simclr: {
    make: (network) => simclr({ network, temperature: 0.5 }),
    loss: (a, b) => ntXentLoss(a, b, { temperature: 0.5 }),
    parts: ['ntxent'],
  },
  supCon: {
    make: (network) => supCon({ network, temperature: 0.5 }),
    loss: (a, b, labels) => supConLoss(a, b, labels, { temperature: 0.5 }),
    parts: ['supcon'],
  },
  barlowTwins: {
    make: (network) => barlowTwins({ network, lambda: 0.1 }),
    loss: (a, b) => barlowTwinsLoss(a, b, { lambda: 0.1 }),
    parts: ['invariance', 'redundancy'],
  },
  vicReg: {
    make: (network) => vicReg({ network, invariance: 5, variance: 4, covariance: 3 }),
    loss: (a, b) => vicRegLoss(a, b, { invariance: 5, variance: 4, covariance: 3 }),
    parts: ['invariance', 'variance', 'covariance'],
  },
};

const labelled = (seed: number): LabelledViews => ({
  ...views(seed, 6),
  labels: tf.tensor1d([0, 1, 0, 2, 1, 1], 'int32'),
});

for (const [name, { make, loss, parts }] of Object.entries(KINDS)) {
  describe(name, () => {
    onEachBackend(() => {
      it('is its loss of both embeddings, computed as separate batches; its parts sum to the total', () => {
        const network = embedder(1);
        const objective = make(network);
        const input = labelled(4);
        tf.tidy(() => {
          const found = objective.loss(input, CONTEXT, createRandom(0));
          const [a, b] = [
            network.apply(input.query, { mode: 'train', rng: createRandom(0) }),
            network.apply(input.key, { mode: 'train', rng: createRandom(0) }),
          ];
          expectClose(found.total, loss(a, b, input.labels), { relative: 1e-5 });
          expect(Object.keys(found.parts)).toEqual(parts);
          const sum = Object.values(found.parts).reduce(
            (total, part) => total + (read(part)[0] as number),
            0,
          );
          expectClose(found.total, [sum], { relative: 1e-6 });
        });
        tf.dispose({ ...input });
        network.dispose();
      });

      it('matches central differences with respect to every parameter', () => {
        const network = embedder(1);
        const objective = make(network);
        const input = labelled(4);
        checkGradient(
          () => objective.loss(input, CONTEXT, createRandom(0)).total,
          Object.values(objective.params),
          // A smaller step, because of the curvature of correlations and the kinks of hinges.
          { step: 3e-3 },
        );
        tf.dispose({ ...input });
        network.dispose();
      });

      it('decreases during training, which leaks no tensor', async () => {
        const network = embedder(1);
        const objective = make(network);
        const input = labelled(4);
        expect(Object.keys(objective.params)).toEqual(
          Object.keys(network.params).map((param) => `encoder_q.${param}`),
        );
        expect(Object.keys(objective.state)).toEqual(
          Object.keys(network.buffers).map((buffer) => `encoder_q.${buffer}`),
        );
        const totals = await expectNoLeak(() =>
          train(objective, input, { steps: 12, learningRate: 0.02 }),
        );
        expect(totals.at(-1)).toBeLessThan(0.9 * (totals[0] as number));
        objective.dispose();
        tf.dispose({ ...input });
        network.dispose();
      });

      it('rejects views of different shapes', () => {
        const network = embedder(1);
        const objective = make(network);
        const [six, five] = [labelled(4), views(5, 5)];
        const wrong = { ...six, key: five.key };
        expect(
          messageOf(() => tf.tidy(() => void objective.loss(wrong, CONTEXT, createRandom(0)))),
        ).toBe(
          `${name}: expected two views of one shape [N, C, T, V, M], got [6, 3, 2, 1, 1] and [5, 3, 2, 1, 1]`,
        );
        tf.dispose([{ ...six }, { ...five }]);
        network.dispose();
      });
    });
  });
}

describe('objectives with one network', () => {
  onEachBackend(() => {
    it('reject a batch of one clip, even if the network accepts it', () => {
      const layer = linear({ inputs: 6, outputs: 4 }, createRandom(1));
      const network: Embedder = {
        ...layer,
        apply: (x, pass) => tf.tidy(() => layer.apply(tf.reshape(x, [-1, 6]), pass)),
      };
      const [one, labels] = [views(1, 1), tf.tensor1d([0], 'int32')];
      for (const [name, { make }] of Object.entries(KINDS)) {
        const loss = (): unknown =>
          tf.tidy(() => void make(network).loss({ ...one, labels }, CONTEXT, createRandom(0)));
        expect(messageOf(loss)).toBe(
          `${name}: expected two matrices of one shape [N, D] with N of at least 2, got [1, 4] and [1, 4]`,
        );
      }
      tf.dispose([{ ...one }, labels]);
      network.dispose();
    });

    it('that need labels reject views without labels at run time', () => {
      const network = embedder(1);
      const objective: Objective<ViewPair> = supCon({ network });
      const two = views(4, 6);
      const loss = (): unknown => tf.tidy(() => void objective.loss(two, CONTEXT, createRandom(0)));
      const error = new TypeError('supCon: expected labels [N] with the views, got none');
      expect(loss).toThrow(error);
      tf.dispose({ ...two });
      network.dispose();
    });

    it('reject constants out of range when the objective is created', () => {
      const network = embedder(1);
      expect(messageOf(() => simclr({ network, temperature: 0 }))).toBe(
        'simclr: expected a positive temperature, got 0',
      );
      expect(messageOf(() => supCon({ network, temperature: -1 }))).toMatch(/^supCon: /);
      expect(messageOf(() => barlowTwins({ network, lambda: NaN }))).toBe(
        'barlowTwins: expected a finite lambda of at least 0, got NaN',
      );
      expect(messageOf(() => vicReg({ network, covariance: -1 }))).toBe(
        'vicReg: expected a finite weight of the covariance of at least 0, got -1',
      );
      network.dispose();
    });
  });
});
