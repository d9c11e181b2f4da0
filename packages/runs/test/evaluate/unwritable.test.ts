import { spawn } from 'node:child_process';
import { chmod, mkdir, rename, rm, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import { startBackend } from '@halp/backend';
import { planSynthetic, prepare } from '@halp/data/node';
import { evaluate, pretrain, type RunEvent } from '@halp/runs/node';
import { bundled } from '@halp/testing';
import { contentsOf, environmentOf, keptFolder } from '../helpers.ts';
import { tinyMoco } from '../tiny.ts';

environmentOf('HALP_BACKEND', 'wasm');
const folder = keptFolder();
const at = (...names: string[]): string => join(folder(), ...names);

beforeAll(async () => {
  await startBackend({ prefer: 'wasm' });
  await prepare(planSynthetic({ performers: 2, replications: 1 }), { out: at('data') });
  await pretrain({ recipe: tinyMoco, data: at('data'), out: at('run'), epochs: 1 });
  await mkdir(at('elsewhere'));
});

describe('a run with a link in place of a folder is rejected before anything is computed', () => {
  const inRun = ['evaluations', 'coordinates', 'classifiers', 'checkpoints'];

  afterEach(async () => {
    for (const name of inRun) await rm(at('run', name), { force: true }).catch(() => undefined);
    await rename(at('kept'), at('run', 'checkpoints')).catch(() => undefined);
  });

  it.each(['evaluations', 'coordinates', 'classifiers'])('evaluate: %s is a link', async (name) => {
    await symlink(at('elsewhere'), at('run', name));
    const before = await contentsOf(at('run'));
    const events: RunEvent[] = [];
    const evaluating = evaluate({
      ...{ run: at('run'), data: at('data'), protocols: [{ protocol: 'linear' }] },
      onEvent: (event) => events.push(event),
    });
    await expect(evaluating).rejects.toThrow(
      `${at('run', name)}: expected a folder, got a link, through which files would be written`,
    );
    expect(events).toEqual([]);
    expect(await contentsOf(at('run'))).toEqual(before);
    expect(await contentsOf(at('elsewhere'))).toEqual({});
  });

  it('resume: checkpoints is a link', async () => {
    await rename(at('run', 'checkpoints'), at('kept'));
    await symlink(at('kept'), at('run', 'checkpoints'));
    const events: RunEvent[] = [];
    const resuming = pretrain({
      ...{ recipe: tinyMoco, data: at('data'), out: at('run'), epochs: 2, resume: true },
      onEvent: (event) => events.push(event),
    });
    await expect(resuming).rejects.toThrow(
      `${at('run', 'checkpoints')}: expected a folder, got a link`,
    );
    expect(events).toEqual([]);
  });
});

// Windows has no permission bits for folders.
describe.skipIf(process.platform === 'win32')('a folder without write permission', () => {
  /** Another user if this process is root, because permissions do not apply to root. */
  const user = process.getuid?.() === 0 ? { uid: 65_534, gid: 65_534 } : {};

  const halp = async (...args: readonly string[]): Promise<{ status: number; stderr: string }> => {
    const program = await bundled(new URL('../../../cli/src/main.ts', import.meta.url));
    const child = spawn(process.execPath, [program, ...args], { cwd: folder(), ...user });
    let stderr = '';
    child.stderr.on('data', (data: Buffer) => (stderr += String(data)));
    const status = await new Promise<number>((resolve) =>
      child.once('exit', (code) => resolve(code ?? -1)),
    );
    return { status, stderr };
  };

  beforeAll(async () => {
    await chmod(folder(), 0o755);
    await chmod(at('run'), 0o555);
    return () => chmod(at('run'), 0o755);
  });

  it.each([
    ['evaluate', ['evaluate', 'knn', '--run', 'run', '--data', 'data'], 'run'],
    ['report', ['report', 'run', '--out', 'run/report.html'], 'run'],
    ['embed', ['embed', 'run', '--data', 'data', '--out', 'run/features.npy'], 'run'],
  ])('is one error line of %s, before anything is computed', async (_, args, place) => {
    const { status, stderr } = await halp(...args);
    expect(status).toBe(1);
    const [last, ...before] = stderr.trimEnd().split('\n').reverse();
    expect(last).toMatch(
      new RegExp(
        `^halp: .*${place}: expected a folder that can be written, got EACCES; change its permissions, or use a copy of it$`,
      ),
    );
    expect(before.filter((line) => !line.startsWith('backend '))).toEqual([]);
  });
});
