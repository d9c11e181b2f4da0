import { mkdir, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { reproduce } from '@halp/runs/node';
import { runsOf } from '../../src/tables/reproduce.ts';
import { withFolder } from '../helpers.ts';
import { tinyTable } from './tiny-table.ts';

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

describe('reproduce', () => {
  it('writes the results of fused rows into no folder that is a link, which is checked before anything is trained', () =>
    withFolder(async (dir) => {
      await mkdir(join(dir, 'out'));
      await mkdir(join(dir, 'elsewhere'));
      await symlink(join(dir, 'elsewhere'), join(dir, 'out', 'fused'));
      await expect(
        reproduce(tinyTable, { data: join(dir, 'data'), out: join(dir, 'out') }),
      ).rejects.toThrow(/fused.*link/);
    }));
});
