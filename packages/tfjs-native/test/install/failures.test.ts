import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import {
  checkNative,
  installNative,
  NativeError,
  type NativeOptions,
  type NativeProblem,
} from '@halp/tfjs-native';
import { explainSystemError } from '../../src/machine/native-error.ts';
import { type FakeMachine, fakeMachine, type Faults } from '../fake-machine.ts';

/** The failure on a machine with faults, after a check of what it left behind. */
async function failure(
  faults: Faults,
  change: (machine: FakeMachine) => Partial<NativeOptions> = () => ({}),
): Promise<{ error: NativeError; machine: FakeMachine }> {
  const machine = fakeMachine(faults);
  const error: unknown = await installNative({ ...machine.options, ...change(machine) }).then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  expect(error).toBeInstanceOf(NativeError);
  expect(machine.bound()).toBe(false);
  return { error: error as NativeError, machine };
}

interface Case {
  readonly problem: NativeProblem;
  readonly faults: Faults;
  readonly says: RegExp;
}

const BEFORE_ANYTHING: readonly Case[] = [
  {
    problem: 'no-python',
    faults: { without: ['python3'] },
    says: /expected python3 on PATH, got none; .*option wheelFile$/,
  },
  {
    problem: 'no-pip',
    faults: { pip: 'absent' },
    says: /to have pip, got: .*No module named pip; .*option wheelFile$/,
  },
  {
    problem: 'no-compiler',
    faults: { without: ['g++'] },
    says: /C\+\+ compiler g\+\+ on PATH, got none; .*CXX$/,
  },
];
const WHILE_FETCHING: readonly Case[] = [
  {
    problem: 'wheel-not-found',
    faults: { pip: 'nothing-found' },
    says: /got none \(pip: .*\); check pip's index settings.*option wheelFile$/,
  },
  {
    problem: 'wheel-not-found',
    faults: { pip: 'offline' },
    says: /does not reach its index .*; check the network.*option wheelFile$/,
  },
  {
    problem: 'download-failed',
    faults: { pip: 'broken' },
    says: /got: ERROR: HTTP error 502.*; try again/,
  },
  { problem: 'download-failed', faults: { pip: 'silent' }, says: /got no wheel; try again/ },
  {
    problem: 'disk-full',
    faults: { pip: 'disk-full' },
    says: /the disk is full.*; free some space/,
  },
  {
    problem: 'wrong-hash',
    faults: { pip: 'another-wheel' },
    says: /with SHA-256 [0-9a-f]{64}, got [0-9a-f]{64}; it was not used/,
  },
  {
    problem: 'bad-wheel',
    faults: { wheelBytes: Buffer.from('not a zip file') },
    says: /to hold TensorFlow's library, got .*; download it again/,
  },
  {
    problem: 'bad-wheel',
    faults: { wheelFiles: { 'tensorflow/libtensorflow_cc.so.2': 'x' } },
    says: /got no lib\/libtensorflow_framework\.so\.2/,
  },
];
const AFTER_FETCHING: readonly Case[] = [
  {
    problem: 'compile-failed',
    faults: { compiler: 'error' },
    says: /got: tfjs_backend\.cc:3:10: fatal error.*; use g\+\+ 9/,
  },
  {
    problem: 'load-failed',
    faults: { compiler: 'unloadable' },
    says: /got Error: libtensorflow_cc\.so\.2: cannot open/,
  },
  {
    problem: 'load-failed',
    faults: { compiler: 'wrong' },
    says: /got 0,0,0,0 for a product that is 19,22,43,50/,
  },
];

describe('a failing installNative', () => {
  it.each(BEFORE_ANYTHING)(
    'stops before anything is fetched: $problem',
    async ({ problem, faults, says }) => {
      const { error, machine } = await failure(faults);
      expect(error).toMatchObject({ problem, message: expect.stringMatching(says) as string });
      expect(machine.kept()).toEqual([]);
      expect(machine.calls().filter((each) => !each.includes('--version'))).toEqual([]);
      // checkNative reports the same.
      const { obstacles } = await checkNative(machine.options);
      expect(obstacles).toEqual([{ problem, message: error.message, fix: error.fix }]);
    },
  );

  it.each(WHILE_FETCHING)(
    'leaves nothing of a library behind: $problem, $faults',
    async ({ problem, faults, says }) => {
      const { error, machine } = await failure(faults);
      expect(error).toMatchObject({ problem, message: expect.stringMatching(says) as string });
      expect(machine.kept()).toEqual([]);
    },
  );

  it.each(AFTER_FETCHING)(
    'keeps the library, whole, for the next time: $problem, $faults',
    async ({ problem, faults, says }) => {
      const { error, machine } = await failure(faults);
      expect(error).toMatchObject({ problem, message: expect.stringMatching(says) as string });
      expect(
        machine
          .kept()
          .filter((each) => !each.startsWith('bindings/'))
          .map((each) => each.split('/')[1]),
      ).toEqual(['contents.json', 'include', 'lib']);
      machine.setFaults({});
      expect((await installNative(machine.options)).did).toBe('compiled');
    },
  );

  it.each(WHILE_FETCHING.slice(-4, -2))(
    'works once what was wrong is right: $problem, $faults',
    async ({ faults }) => {
      const { machine } = await failure(faults);
      machine.setFaults({});
      expect((await installNative(machine.options)).did).toBe('fetched');
    },
  );

  it('reports a full disk before it fetches anything', async () => {
    const { error, machine } = await failure({}, ({ options }) => ({
      wheel: { ...options.wheel, unpackedBytes: 1e18 },
    }));
    expect(error).toMatchObject({
      problem: 'disk-full',
      message: expect.stringMatching(
        /expected \d+ MB free under .*, got \d+ MB; free some space, or set XDG_CACHE_HOME/,
      ) as string,
    });
    expect(machine.calls().filter((each) => each.includes('download'))).toEqual([]);
  });

  it('does nothing if HALP_NATIVE is off', async () => {
    const { error, machine } = await failure({}, ({ options }) => ({
      env: { ...options.env, HALP_NATIVE: 'off' },
    }));
    expect(error).toMatchObject({ problem: 'turned-off', fix: 'unset that variable' });
    expect(machine.calls()).toEqual([]);
  });

  it('does not turn a folder into a project', async () => {
    const { error, machine } = await failure({}, ({ options }) => ({ project: options.cache }));
    expect(error).toMatchObject({
      problem: 'no-project',
      message: expect.stringMatching(/npm init -y$/) as string,
    });
    expect(machine.calls()).toEqual([]);
  });

  it.each([{ npm: 'error' }, { without: ['npm'] }] as const)(
    'hands on what npm says: %j',
    async (faults) => {
      const { error } = await failure(faults, (machine) => ({
        project: machine.addProject('bare', false),
      }));
      expect(error).toMatchObject({
        problem: 'npm-failed',
        message: expect.stringMatching(
          /got: (npm error code E404|no npm on PATH); install it yourself: npm install/,
        ) as string,
      });
    },
  );

  it('refuses a missing --wheel file, and a different one', async () => {
    const { error } = await failure({}, () => ({ wheelFile: '/no/such.whl' }));
    expect(error).toMatchObject({
      problem: 'wheel-not-found',
      message: expect.stringMatching(/the wheel \/no\/such\.whl, got .*ENOENT/) as string,
    });
    const other = await failure({}, ({ wheelFile, options }) => {
      const file = join(options.project, 'other.whl');
      writeFileSync(file, wheelFile);
      return { wheelFile: file };
    });
    expect(other.error.problem).toBe('wrong-hash');
  });

  it('names the folder that it cannot write to', async () => {
    const { error } = await failure({}, ({ options }) => ({
      cache: join(options.project, 'package.json', 'cache'),
    }));
    expect(error).toMatchObject({
      problem: 'not-writable',
      message: expect.stringMatching(/package\.json\/cache.*ENOTDIR; .*XDG_CACHE_HOME/) as string,
    });
  });

  it('leaves nothing when it is stopped', async () => {
    const machine = fakeMachine({ pip: 'stuck' });
    const stop = new AbortController();
    const onProgress = (): void => void setTimeout(() => stop.abort(), 100);
    await expect(
      installNative({ ...machine.options, signal: stop.signal, onProgress }),
    ).rejects.toThrow(/abort/i);
    expect(machine.kept()).toEqual([]);
    expect(machine.bound()).toBe(false);
  });
});

describe('explainSystemError', () => {
  it.each([
    ['ENOSPC', 'disk-full'],
    ['EDQUOT', 'disk-full'],
    ['EACCES', 'not-writable'],
    ['EROFS', 'not-writable'],
  ] as const)('makes of %s a problem with a way out: %s', (code, problem) => {
    const cause = Object.assign(new Error(code), { code, path: '/cache/lib' });
    expect(explainSystemError(cause, '/cache')).toMatchObject({
      problem,
      cause,
      fix: expect.stringContaining('XDG_CACHE_HOME') as string,
    });
  });

  it('returns every other error unchanged', () => {
    const error = new Error('else');
    expect(explainSystemError(error, '/cache')).toBe(error);
  });
});
