import { describe, expect, it } from 'vitest';
import { runsOf } from '../../src/tables/reproduce.ts';
import { reproduceTests, tinyTable } from './tiny-table.ts';

describe('runsOf', () => {
  it('trains each recipe once, to its last epoch, and source runs before their branches', () => {
    expect(
      runsOf(tinyTable).map(({ recipe, epochs, keep }) => [recipe.name, epochs, keep]),
    ).toEqual([
      ['synthetic-moco', 3, [0, 2, 3]],
      ['synthetic-halp', 3, [3]],
    ]);
  });
});

reproduceTests([0]);
