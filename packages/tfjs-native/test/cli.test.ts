import { spawn, spawnSync, type SpawnSyncReturns } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { text } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { bundled } from '@halp/testing';
import { type FakeMachine, fakeMachine } from './fake-machine.ts';

const CLI = await bundled(new URL('../src/cli.ts', import.meta.url));

function cli(machine: FakeMachine, ...args: readonly string[]): SpawnSyncReturns<string> {
  return spawnSync(process.execPath, [CLI, ...args], {
    encoding: 'utf8',
    env: machine.options.env,
    cwd: machine.options.project,
  });
}

describe('tfjs-native', () => {
  it('--check lists what is missing and what to do, with status 1', () => {
    const { status, stdout } = cli(fakeMachine(), 'install', '--check');
    expect(status).toBe(1);
    expect(stdout).toMatch(
      /^@tensorflow\/tfjs-node-gpu 4\.22\.0: not ready; run: npx @halp\/tfjs-native install\n/,
    );
    expect(stdout).toContain('to do: download TensorFlow 2.21.0 (274 MB)');
  });

  it('--check --json gives one object', () => {
    const { stdout } = cli(fakeMachine({ without: ['g++'] }), 'install', '--check', '--json');
    expect(JSON.parse(stdout)).toMatchObject({
      ready: false,
      obstacles: [{ problem: 'no-compiler' }],
    });
  });

  it('--check accepts a package that computes, with status 0', () => {
    const machine = fakeMachine();
    const bound = machine.options.project;
    spawnSync('mkdir', ['-p', `${bound}/node_modules/@tensorflow/tfjs-node-gpu/lib/napi-v8`]);
    spawnSync('cp', [
      '/dev/null',
      `${bound}/node_modules/@tensorflow/tfjs-node-gpu/lib/napi-v8/tfjs_binding.node`,
    ]);
    const { status, stdout } = cli(machine, 'install', '--check');
    expect(stdout).toBe('@tensorflow/tfjs-node-gpu 4.22.0 runs TensorFlow 0.0.1\n');
    expect(status).toBe(0);
    expect(cli(machine, 'install').stdout).toBe(
      '@tensorflow/tfjs-node-gpu 4.22.0 runs TensorFlow 0.0.1: it was ready, nothing to do\n',
    );
  });

  it('names the cause of a failure in one line on standard error, with status 1', () => {
    const { status, stdout, stderr } = cli(fakeMachine({ pip: 'nothing-found' }), 'install');
    expect({ status, stdout }).toEqual({ status: 1, stdout: '' });
    expect(stderr.trim().split('\n')).toEqual([
      'downloading TensorFlow 2.21.0 (274 MB, with pip)',
      expect.stringMatching(
        /^installNative: expected pip to find tensorflow-cpu 2\.21\.0 .*--wheel FILE$/,
      ),
    ]);
  });

  it('--json gives the cause to programs', () => {
    // The fake wheel is not the pinned one.
    const { status, stdout } = cli(fakeMachine(), 'install', '--json');
    expect(status).toBe(1);
    expect(JSON.parse(stdout)).toMatchObject({
      ok: false,
      problem: 'wrong-hash',
      fix: expect.any(String) as string,
    });
  });

  it.each(['SIGINT', 'SIGTERM'] as const)('leaves nothing behind at %s', async (signal) => {
    const machine = fakeMachine({ pip: 'stuck' });
    const child = spawn(process.execPath, [CLI, 'install'], {
      env: machine.options.env,
      cwd: machine.options.project,
    });
    const ended = new Promise((resolve) => child.on('close', resolve));
    const said = text(child.stderr);
    while (!machine.calls().some((each) => each.includes('download'))) await sleep(20);
    child.kill(signal);
    expect(await ended).toBe(130);
    expect(await said).toContain('installNative: interrupted; no partial files were left');
    const { kept } = fakeKept(machine);
    expect(kept).toEqual([]);
  });

  it('list shows what is kept, uninstall frees it', () => {
    const machine = fakeMachine();
    const cache = `${String(machine.options.env['HOME'])}/.cache/halp/tfjs-native`;
    spawnSync('mkdir', ['-p', `${cache}/tensorflow-cpu-2.21.0-linux-x64/lib`]);
    writeFileSync(`${cache}/tensorflow-cpu-2.21.0-linux-x64/lib/l.so`, Buffer.alloc(2_500_000));
    const listed = cli(machine, 'list');
    expect([
      listed.status,
      listed.stdout
        .trim()
        .split('\n')
        .map((line) => line.trim()),
    ]).toEqual([0, ['2.5 MB  tensorflow-cpu-2.21.0-linux-x64', `2.5 MB  in ${cache}`]]);
    expect(JSON.parse(cli(machine, 'list', '--json').stdout)).toMatchObject({ bytes: 2_500_000 });
    expect(cli(machine, 'uninstall').stdout).toBe(`freed 2.5 MB in ${cache}\n`);
    expect(cli(machine, 'list').stdout.trim()).toBe(`0.0 MB  in ${cache}`);
  });

  it('--cuda --check names the obstacles first', () => {
    const { status, stdout } = cli(fakeMachine(), 'install', '--cuda', '--check');
    expect(status).toBe(1);
    expect(stdout).toContain('to do: download TensorFlow 2.21.0 for CUDA');
    expect(stdout).toContain('in the way: installNative: expected nvidia-smi to show a GPU');
    expect(stdout).toContain('beware: CUDA: not yet tested on a GPU by the authors');
  });

  it('--help explains itself', () => {
    const { status, stdout } = cli(fakeMachine(), '--help');
    expect(status).toBe(0);
    expect(stdout).toMatch(/^usage: tfjs-native install/);
  });

  it.each([[[]], [['install', '--chek']], [['install', '--package', 'left-pad']]])(
    'refuses %j with its usage, with status 2',
    (args) => {
      const { status, stderr } = cli(fakeMachine(), ...args);
      expect(status).toBe(2);
      expect(stderr).toMatch(/.+\n\nusage: tfjs-native install/);
    },
  );
});

/** The contents of the command's cache. */
function fakeKept({ options }: FakeMachine): { kept: readonly string[] } {
  const cache = `${String(options.env['HOME'])}/.cache/halp/tfjs-native`;
  const { stdout } = spawnSync('find', [cache, '-mindepth', '1'], { encoding: 'utf8' });
  return { kept: stdout.split('\n').slice(0, -1) };
}
