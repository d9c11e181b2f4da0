import { describe, expect, it } from 'vitest';
import { trainingText } from '../../src/show/training-text.ts';

describe('the text of the progress line', () => {
  const facts = { epoch: 150, learningRate: 0.01 * 0.1, clipsPerSecond: 72.2, losses: {} };

  it('shows each loss, the fraction of positives kept, the learning rate, the speed and the last kNN accuracy', () => {
    const losses = { total: -6.33, infonce: 5.0267, halp: -11.359, kept: 0.81605 };
    expect(trainingText({ ...facts, losses, knn: 0.7328 })).toBe(
      'epoch 151  infonce 5.027  halp -11.359  kept 81.6 %  lr 0.001  72 clips/s  knn 73.3 %',
    );
  });

  it('shows the embedding metrics of every stream, with InfoNCE compared with chance', () => {
    const one = { 'infonce-chance': 6.2403, 'rankme-embeddings': 9.84, uniformity: -0.434 };
    expect(trainingText({ ...facts, representation: { alignment: 0.1, ...one } })).toBe(
      'epoch 151  lr 0.001  72 clips/s  infonce at chance 6.240  rank 9.8  uniformity -0.43',
    );
    const two = { 'rankme-embeddings_joint': 9, 'rankme-embeddings_bone': 3.25 };
    expect(trainingText({ ...facts, representation: two })).toMatch(/ {2}rank 9\.0\/3\.3$/);
  });

  it('omits unknown values', () => {
    expect(trainingText(facts)).toBe('epoch 151  lr 0.001  72 clips/s');
  });
});
