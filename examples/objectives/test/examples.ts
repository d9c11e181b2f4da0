import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { planSynthetic, prepare } from '@halp/data/node';

export const folder = new URL('..', import.meta.url);

/** The loss terms that each example logs in its last epoch. */
export const parts = {
  aimclr: ['nnm', 'd3m'],
  'barlow-twins': ['invariance', 'redundancy'],
  byol: ['byol'],
  cmd: ['infonce_joint', 'infonce_motion', 'infonce_bone', 'cmd'],
  crossclr: ['cross_joint', 'cross_motion', 'cross_bone'],
  halp: ['infonce', 'halp'],
  moco: ['infonce'],
  simclr: ['ntxent'],
  supcon: ['supcon'],
  vicreg: ['invariance', 'variance', 'covariance'],
} as const;

/** The examples by name. */
export type Example = keyof typeof parts;

/** Tests that run examples and check their logged losses. */
export function exampleTests(names: readonly Example[]): void {
  describe('an example of an objective', () => {
    const argumentsBefore = process.argv.slice(2);
    let data = '';

    beforeAll(async () => {
      data = await mkdtemp(join(tmpdir(), 'halp-objectives-'));
      await prepare(planSynthetic({ performers: 2, replications: 2 }), { out: data });
      process.argv.splice(2, Infinity, data);
    });
    afterEach(() => {
      vi.restoreAllMocks();
    });
    afterAll(async () => {
      process.argv.splice(2, Infinity, ...argumentsBefore);
      await rm(data, { recursive: true });
    });

    it.each(names)('%s trains and logs its loss terms', async (name) => {
      const epochs: Record<string, number>[] = [];
      vi.spyOn(console, 'log').mockImplementation((_, losses) => {
        epochs.push(losses as Record<string, number>);
      });
      await import(new URL(`${name}.ts`, folder).href);
      expect(epochs).toHaveLength(5);
      for (const losses of epochs) {
        for (const loss of Object.values(losses)) expect(Number.isFinite(loss)).toBe(true);
      }
      expect(Object.keys(epochs.at(-1) ?? {})).toEqual(expect.arrayContaining([...parts[name]]));
    });
  });
}
