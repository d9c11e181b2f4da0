import { describe, expect, it } from 'vitest';
import { syntheticMoco } from '@halp/recipes';
import { trainedText } from '../../src/terminal/trained-text.ts';

const trained = {
  ...{ run: 'runs/a', data: 'data/b', recipe: syntheticMoco, seconds: 65 },
  last: { epoch: 14, losses: { total: 4.2, infonce: 4.2 } },
};

describe('the last line of pretrain', () => {
  it('has the final losses, the wall time and the next command', () => {
    expect(trainedText(trained)).toBe(
      'runs/a: 15 epochs in 1:05, infonce 4.200; next: halp evaluate knn --run runs/a --data data/b',
    );
    expect(trainedText({ ...trained, last: undefined })).toMatch(
      /^runs\/a: 0 epochs in 1:05; next/,
    );
  });

  it('has --allow-modules if an evaluation of the run loads modules', () => {
    const step = { kind: 'module', module: 'file:///mine.ts', options: {} } as const;
    const { views, evaluation } = syntheticMoco;
    const ofView = { ...syntheticMoco, evaluation: { ...evaluation, view: [step] } };
    expect(trainedText({ ...trained, recipe: ofView })).toMatch(/--data data\/b --allow-modules$/);
    // Training views are not imported by an evaluation.
    const ofTraining = { ...syntheticMoco, views: { ...views, query: [step] } };
    expect(trainedText({ ...trained, recipe: ofTraining })).toMatch(/--data data\/b$/);
  });
});
