import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { startBackend } from '@halp/backend';
import { computeScene, temperature } from '../live/sphere/scene.ts';
import { positivesByHand } from './positives-by-hand.ts';

// The long lane tests the page in a browser.
describe('the scene of the page on positives', () => {
  beforeAll(async () => void (await startBackend({ prefer: 'cpu' })));

  it.each(['pairwise', 'exact'] as const)(
    'has the loss and the share kept that a search along every way gives: %s',
    (boundary) => {
      const settings = { seed: 1, prototypes: 7, count: 50, lambda: 0.8, boundary, anchor: 1 };
      const before = tf.memory().numTensors;
      const { key, query, prototypes, draws, loss, kept } = computeScene(settings);
      const drawn = { target: [...draws.target], uniform: [...draws.uniform] };
      const numbers = { boundary, temperature, key, query, prototypes, ...drawn, loss, kept };
      const expected = positivesByHand(numbers);
      expect(kept).toBeCloseTo(expected.kept, 6);
      // Sums of float32.
      expect(Math.abs(loss - expected.loss)).toBeLessThan(2e-4);
      expect(kept === 1).toBe(boundary === 'exact');
      expect(tf.memory().numTensors).toBe(before);
    },
  );
});
