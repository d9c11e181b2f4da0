import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { eventText, readSweep, runSweep, type SweepEvent } from '@halp/runs/node';
import { environmentOf } from '../../../runs/test/helpers.ts';
import { halp } from '../helpers.ts';
import { withSweep } from './with-sweep.ts';

environmentOf('HALP_BACKEND', 'wasm');

// Runs that a sweep trains are tested in the long lane.
describe('halp sweep', () => {
  it('lists the commands of all runs, one per line', async () => {
    await withSweep(2, async (plan, runs) => {
      const { status, stdout, stderr } = await halp('sweep', plan, '--backend', 'cpu');
      expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
      const lines = stdout.trimEnd().split('\n');
      expect(lines).toHaveLength(2);
      expect(lines[1]).toMatch(/ sweep \S+plan\.json --run \S+-seed1 --backend cpu$/);
      expect(lines[1]).toContain(`--run ${runs[1] ?? ''} `);
    });
  });

  it('reports the number of failed runs, and the error of the first', async () => {
    await withSweep(2, async (plan, [name = ''], folder) => {
      const sweep = await readSweep(plan);
      const program = [process.execPath, '-e', "console.error('halp: no data'); process.exit(1)"];
      const events: SweepEvent[] = [];
      const onEvent = (event: SweepEvent): void => void events.push(event);
      await expect(
        runSweep(sweep, { command: () => program, processes: 2, onEvent }),
      ).rejects.toThrow(
        `sweep: 2 of 2 runs failed; the first is ${name} (1): halp: no data; ` +
          `see ${join(folder, 'runs', `${name}.log`)}`,
      );
      const { epochs } = events[0] as SweepEvent;
      expect(events.at(-1)).toEqual({
        ...{ kind: 'sweep', sweep: sweep.name, epoch: 0, epochs, runs: 2, ended: 2, failed: 2 },
        running: [],
      });
      expect(events.map(eventText)).toEqual(['0 of 2 runs ended', '2 of 2 runs ended, 2 failed']);
    });
  });
});
