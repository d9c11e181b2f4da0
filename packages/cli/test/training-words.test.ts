import { describe, expect, it } from 'vitest';
import { trainingWords } from '../src/training-words.ts';

describe('the words beside the progress', () => {
  const facts = { epoch: 150, learningRate: 0.01 * 0.1, clipsPerSecond: 72.2, losses: {} };

  it('say the losses apart, the share of positives kept, the learning rate, the speed and the last kNN', () => {
    const losses = { total: -6.33, infonce: 5.0267, halp: -11.359, kept: 0.81605 };
    expect(trainingWords({ ...facts, losses, knn: 0.7328 })).toBe(
      'epoch 151  infonce 5.027  halp -11.359  kept 81.6 %  lr 0.001  72 clips/s  knn 73.3 %',
    );
  });

  it('leave out what is not known', () => {
    expect(trainingWords(facts)).toBe('epoch 151  lr 0.001  72 clips/s');
  });
});
