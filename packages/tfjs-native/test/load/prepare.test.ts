import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import util from 'node:util';
import { afterEach, beforeEach, describe, expect, it, type TestContext } from 'vitest';
import { type NativePackage, prepareNative } from '@halp/tfjs-native';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'prepare-'));
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

type Removed = 'isArray' | 'isNullOrUndefined';

const removed = util as unknown as Partial<Record<Removed, (value: unknown) => boolean>>;

/** The result of a function of `util`. */
function said(name: Removed, value: unknown): boolean | undefined {
  return removed[name]?.(value);
}

function packageWith(libraries: readonly string[] | undefined): NativePackage {
  const binding = join(folder, 'lib/napi-v8/tfjs_binding.node');
  mkdirSync(dirname(binding), { recursive: true });
  if (libraries !== undefined)
    writeFileSync(join(dirname(binding), 'before.json'), JSON.stringify(libraries));
  return {
    name: '@tensorflow/tfjs-node-gpu',
    version: '4.22.0',
    folder,
    binding,
    bound: true,
  };
}

function compile(context: TestContext, output: string, args: readonly string[]): void {
  const { error, status, stderr } = spawnSync('g++', ['-shared', '-fPIC', '-o', output, ...args], {
    encoding: 'utf8',
    cwd: folder,
  });
  if (error !== undefined) context.skip('there is no g++');
  expect([status, stderr]).toEqual([0, '']);
}

describe('prepareNative', () => {
  it('adds to util the functions that Node has removed, without a deprecation warning', () => {
    const words: string[] = [];
    const listen = (warning: Error): void => void words.push(warning.message);
    process.on('warning', listen);
    const { isArray, isNullOrUndefined } = removed;
    try {
      delete removed.isNullOrUndefined;
      delete removed.isArray;
      expect(prepareNative(packageWith(undefined))).toEqual([]);
      expect([null, undefined, 0, ''].map((each) => said('isNullOrUndefined', each))).toEqual([
        true,
        true,
        false,
        false,
      ]);
      expect([said('isArray', []), said('isArray', { length: 0 })]).toEqual([true, false]);
    } finally {
      Object.assign(util, { isArray, isNullOrUndefined });
      process.off('warning', listen);
    }
    expect(words).toEqual([]);
  });

  it('is called by importing the register entry', async () => {
    const present = removed.isNullOrUndefined;
    try {
      delete removed.isNullOrUndefined;
      // This project has a package.
      await import('@halp/tfjs-native/register');
      expect(said('isNullOrUndefined', null)).toBe(true);
    } finally {
      if (present !== undefined) removed.isNullOrUndefined = present;
    }
  });

  it('needs no add-on if no libraries have to be loaded', () => {
    expect(prepareNative(packageWith([]))).toEqual([]);
  });

  it('loads libraries in any order of their dependencies, and names those that it cannot load', (context) => {
    writeFileSync(join(folder, 'b.cc'), 'extern "C" int answer_of_b() { return 42; }');
    writeFileSync(join(folder, 'a.cc'), 'extern "C" int answer_of_b(); int a = answer_of_b();');
    compile(context, 'libprepare_b.so', ['b.cc', '-Wl,-soname,libprepare_b.so']);
    compile(context, 'libprepare_a.so', ['a.cc', '-L.', '-lprepare_b']);
    const headers = dirname(
      createRequire(import.meta.url).resolve('node-api-headers/package.json'),
    );
    const source = fileURLToPath(new URL('../../native/startup.cc', import.meta.url));
    const [a, b] = [join(folder, 'libprepare_a.so'), join(folder, 'libprepare_b.so')];
    const found = packageWith([a, '/no/such.so', b]);
    compile(context, join(dirname(found.binding), 'startup.node'), [
      '-std=c++17',
      '-DNAPI_VERSION=8',
      `-I${join(headers, 'include')}`,
      source,
    ]);
    // Loaded by its path alone, the first does not find the second, which is in no searched folder.
    expect(prepareNative(found)).toEqual([
      expect.stringMatching(/^\/no\/such\.so: .*No such file/),
    ]);
  });
});
