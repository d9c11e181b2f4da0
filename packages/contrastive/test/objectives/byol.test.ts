import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, it } from 'vitest';
import { byol, byolLoss, type ByolOptions, cosineMomentum, mlp } from '@halp/contrastive';
import { createRandom } from '@halp/random';
import { checkGradient, expectClose, expectNoLeak, onEachBackend } from '@halp/testing';
import { messageOf } from '../losses/rows.ts';
import { CONTEXT, embedder, read, train, views } from './embedder.ts';

interface Setup {
  readonly networks: Pick<ByolOptions, 'query' | 'key' | 'predictor'>;
  readonly objective: ReturnType<typeof byol>;
  dispose(): void;
}

function setup(momentum: ByolOptions['momentum'] = 0.9): Setup {
  const networks = {
    query: embedder(1),
    key: embedder(2),
    predictor: mlp({ inputs: 4, hidden: [6], outputs: 4 }, createRandom(3)),
  };
  const objective = byol({ ...networks, momentum });
  return {
    networks,
    objective,
    dispose: () => {
      for (const part of [objective, ...Object.values(networks)]) part.dispose();
    },
  };
}

describe('byol', () => {
  onEachBackend(() => {
    it('is the sum of both directions: each view predicts the key of the other view', () => {
      const s = setup();
      const { query, key, predictor } = s.networks;
      const input = views(4);
      tf.tidy(() => {
        const foretold = (view: tf.Tensor5D): tf.Tensor2D =>
          predictor.apply(query.apply(view, { mode: 'train', rng: createRandom(0) }), {
            mode: 'train',
            rng: createRandom(0),
          });
        const { total, parts } = s.objective.loss(input, CONTEXT, createRandom(0));
        const expected = tf.add(
          byolLoss(
            foretold(input.query),
            key.apply(input.key, { mode: 'train', rng: createRandom(0) }),
          ),
          byolLoss(
            foretold(input.key),
            key.apply(input.query, { mode: 'train', rng: createRandom(0) }),
          ),
        );
        expectClose(total, expected, { relative: 1e-5 });
        expect(Object.keys(parts)).toEqual(['byol']);
      });
      tf.dispose({ ...input });
      s.dispose();
    });

    it('trains the query network and the predictor, and has the key network in its state', () => {
      const s = setup();
      const params = Object.keys(s.objective.params);
      expect(params).toContain('encoder_q.fc.weight');
      expect(params).toContain('predictor.3.bias');
      expect(params.some((name) => name.startsWith('encoder_k'))).toBe(false);
      const state = Object.keys(s.objective.state);
      for (const name of [
        'encoder_k.fc.weight',
        'encoder_k.norm.running_var',
        'encoder_q.norm.running_mean',
        'predictor.1.running_mean',
      ]) {
        expect(state).toContain(name);
      }
      s.dispose();
    });

    it('matches central differences with respect to every parameter', () => {
      const s = setup();
      const input = views(4, 6);
      // A bias before batch norm has a zero gradient.
      const params = Object.entries(s.objective.params).filter(
        ([name]) => !['encoder_q.fc.bias', 'predictor.0.bias'].includes(name),
      );
      checkGradient(
        () => s.objective.loss(input, CONTEXT, createRandom(0)).total,
        params.map(([, variable]) => variable),
        // A smaller step, because of the kinks of ReLUs.
        { step: 1e-3 },
      );
      tf.dispose({ ...input });
      s.dispose();
    });

    it('initialises the key network as a copy and averages its parameters after a step', async () => {
      const s = setup(({ step }) => (step === 7 ? 0.75 : 1));
      const name = 'fc.weight';
      const before = read(s.networks.query.params[name]);
      expect(read(s.networks.key.params[name])).toEqual(before);
      tf.tidy(() => s.networks.query.params[name]?.assign(tf.ones([4, 6])));
      await s.objective.afterStep(CONTEXT);
      expect(read(s.networks.key.params[name])).toEqual(before);
      await s.objective.afterStep({ ...CONTEXT, step: 7 });
      const moved = before.map((value) => 0.75 * value + 0.25);
      expectClose(s.networks.key.params[name] as tf.Tensor, moved, { absolute: 1e-6 });
      s.dispose();
    });

    it('decreases during training, which leaks no tensor', async () => {
      const s = setup();
      const input = views(4, 8);
      const totals = await expectNoLeak(() =>
        train(s.objective, input, { steps: 12, learningRate: 0.05 }),
      );
      expect(totals.at(-1)).toBeLessThan(0.7 * (totals[0] as number));
      tf.dispose({ ...input });
      s.dispose();
    });

    it('rejects one network used twice, momenta out of range and views of different shapes', () => {
      const s = setup();
      const { networks } = s;
      expect(messageOf(() => byol({ ...networks, key: networks.query }))).toBe(
        'byol: expected two networks, got one network twice',
      );
      expect(messageOf(() => byol({ ...networks, momentum: 2 }))).toBe(
        'byol: expected a momentum in [0, 1], got 2',
      );
      const [one, other] = [views(1, 3), views(1, 4)];
      const mixed = { query: one.query, key: other.key };
      expect(
        messageOf(() => tf.tidy(() => void s.objective.loss(mixed, CONTEXT, createRandom(0)))),
      ).toMatch(/^byol: expected two views of one shape/);
      tf.dispose([{ ...one }, { ...other }]);
      s.dispose();
    });
  });
});

describe('cosineMomentum', () => {
  it('rises from its base to 1 along a cosine and stays at 1', () => {
    const momentum = cosineMomentum(0.996, 100);
    const at = (step: number): number => momentum({ ...CONTEXT, step });
    expect(at(0)).toBeCloseTo(0.996, 12);
    expect(at(50)).toBeCloseTo(0.998, 12);
    expect(at(100)).toBeCloseTo(1, 12);
    expect(at(1000)).toBeCloseTo(1, 12);
    expect(at(25)).toBeCloseTo(1 - (0.004 * (Math.SQRT1_2 + 1)) / 2, 12);
  });

  it('rejects a base out of range and zero steps', () => {
    expect(messageOf(() => cosineMomentum(1.5, 10))).toMatch(/momentum in \[0, 1\], got 1.5$/);
    expect(messageOf(() => cosineMomentum(0.9, 0))).toMatch(/positive integer number of steps/);
  });
});
