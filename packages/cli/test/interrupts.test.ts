import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, existsSync, openSync } from 'node:fs';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { beforeEach, describe, expect, it } from 'vitest';
import { planSynthetic, prepare, writeSynthetic } from '@halp/data/node';
import {
  embed,
  evaluate,
  exportRun,
  importCheckpoint,
  pretrain,
  retrieve,
  runReport,
} from '@halp/runs/node';
import { onBackend } from '@halp/testing';
import { contentsOf, keptFolder } from '../../runs/test/helpers.ts';
import { tinyMoco } from '../../runs/test/tiny.ts';
import { mainProgram } from './helpers.ts';

const folder = keptFolder();
const at = (...names: string[]): string => join(folder(), ...names);

/** A run of one epoch, its data set, and a raw clip; created once. */
async function makeRun(): Promise<void> {
  if (existsSync(at('run'))) return;
  const size = { performers: 2, replications: 1 };
  await writeSynthetic({ ...size, out: at('raw') });
  await prepare(planSynthetic(size), { out: at('data') });
  const options = { recipe: tinyMoco, data: at('data'), out: at('run'), epochs: 1 };
  await pretrain(options);
  await exportRun({ run: at('run'), format: 'pytorch', out: at('run.pt') });
}

onBackend('wasm', () => {
  beforeEach(makeRun);

  describe('an interrupt stops', () => {
    type Work = (signal: AbortSignal) => Promise<unknown>;
    const run = (): string => at('run');
    const data = (): string => at('data');
    const clip = (): string => at('raw', 'S001C001P001R001A003.skeleton');
    const works: readonly (readonly [string, Work])[] = [
      [
        'embed',
        (signal) =>
          embed({
            run: run(),
            data: data(),
            format: 'npy',
            out: at('f.npy'),
            signal,
          }),
      ],
      [
        'retrieve',
        (signal) =>
          retrieve({
            run: run(),
            data: data(),
            file: clip(),
            draw: at('d.svg'),
            signal,
          }),
      ],
      [
        'export',
        (signal) =>
          exportRun({
            run: run(),
            format: 'safetensors',
            out: at('e'),
            signal,
          }),
      ],
      [
        'import',
        (signal) =>
          importCheckpoint({
            file: at('run.pt'),
            recipe: tinyMoco,
            out: at('i'),
            signal,
          }),
      ],
      [
        'evaluate, during feature extraction',
        (signal) =>
          evaluate({
            run: run(),
            data: data(),
            protocols: [{ protocol: 'knn' }],
            signal,
          }),
      ],
      [
        'report, during feature extraction',
        (signal) => runReport({ runs: [run()], data: data(), signal }),
      ],
    ];
    it.each(works)('%s, and nothing is written', async (_, work) => {
      const before = await contentsOf(folder());
      await expect(work(AbortSignal.abort())).rejects.toMatchObject({
        name: 'AbortError',
      });
      expect(await contentsOf(folder())).toEqual(before);
    });
  });

  it('a training continues when its progress is no longer read', async () => {
    const out = at('piped');
    const args = [
      'pretrain',
      'synthetic-moco',
      '--data',
      at('data'),
      '--out',
      out,
      '--epochs',
      '1',
    ];
    const child = spawn(process.execPath, [await mainProgram(), ...args, '--backend', 'wasm'], {
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    // As with `| head`: the pipes are closed before the first line.
    child.stdout.destroy();
    child.stderr.destroy();
    const [status] = (await once(child, 'exit')) as [number | null];
    expect(status).toBe(0);
    expect(existsSync(join(out, 'checkpoints', 'last.safetensors'))).toBe(true);
  });

  // Only Linux has /dev/full, which stands in for a file on a full disk.
  describe.skipIf(!existsSync('/dev/full'))('with output to a full disk', () => {
    /** Runs the command with one output on the full device; its status, and the text of the other output. */
    const intoFull = async (
      where: 'stdout' | 'stderr',
      args: readonly string[],
    ): Promise<readonly [status: number | null, other: string]> => {
      const full = openSync('/dev/full', 'w');
      const child = spawn(process.execPath, [await mainProgram(), ...args], {
        stdio: where === 'stdout' ? ['ignore', full, 'pipe'] : ['ignore', 'pipe', full],
      });
      const read = text((where === 'stdout' ? child.stderr : child.stdout) as Readable);
      const [status] = (await once(child, 'exit')) as [number | null];
      closeSync(full);
      return [status, await read];
    };

    it('a training continues without its progress', async () => {
      const out = at('full');
      const args = ['pretrain', 'synthetic-moco', '--data', at('data'), '--out', out];
      const [status] = await intoFull('stderr', [...args, '--epochs', '1', '--backend', 'wasm']);
      expect(status).toBe(0);
      expect(existsSync(join(out, 'checkpoints', 'last.safetensors'))).toBe(true);
    });

    it('a lost result is one error line and a failure status', async () => {
      const [status, lines] = await intoFull('stdout', ['runs', folder(), '--json']);
      expect(lines.trimEnd().split('\n').at(-1)).toBe(
        'halp: cannot write to standard output: ENOSPC: no space left on device, write',
      );
      expect(lines).not.toContain('    at ');
      expect(status).toBe(1);
    });
  });
});
