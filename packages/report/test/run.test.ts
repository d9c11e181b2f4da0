import { describe, expect, it } from 'vitest';
import { runLabels, runNames } from '../src/run.ts';

describe('runs', () => {
  it('are labelled by name, by seed for equal names, and by number if seeds are equal too', () => {
    const run = (name: string, seed?: number) => ({
      name,
      manifest: seed === undefined ? {} : { seed },
    });
    expect(runLabels([run('MoCo', 0), run('HaLP', 0)])).toEqual(['MoCo', 'HaLP']);
    expect(runLabels([run('MoCo', 0), run('MoCo', 3), run('HaLP', 0)])).toEqual([
      'MoCo, seed 0',
      'MoCo, seed 3',
      'HaLP',
    ]);
    expect(runLabels([run('MoCo', 1), run('MoCo', 1)])).toEqual([
      'MoCo, seed 1, run 1',
      'MoCo, seed 1, run 2',
    ]);
    expect(runLabels([run('MoCo'), run('MoCo')])).toEqual(['MoCo, run 1', 'MoCo, run 2']);
    expect(runNames([run('MoCo'), run('HaLP'), run('MoCo')])).toEqual(['MoCo', 'HaLP']);
  });
});
