import { describe, expect, it } from 'vitest';
import * as native from '../src/index.ts';

type PlainFunction = (...args: unknown[]) => unknown;

const { locateNative, prepareNative, startupAddon, compileAddon, ...tasks } = native;
const { checkNative, installNative, listNative, uninstallNative } = tasks;

/** What a call from plain JavaScript throws or rejects with. */
async function thrownBy(call: unknown, ...args: unknown[]): Promise<unknown> {
  try {
    await (call as PlainFunction)(...args);
  } catch (error) {
    return error;
  }
  return undefined;
}

const OPTIONS: readonly (readonly [wrong: unknown, said: string])[] = [
  [null, 'expected options to be an object, got nothing'],
  ['.', "expected options to be an object, got '.'"],
  [[], 'expected options to be an object, got a list of 0'],
  [{ project: 7 }, 'expected project to be a text, got 7'],
  [{ cache: '' }, "expected cache to be a text, got ''"],
  [{ wheelFile: {} }, 'expected wheelFile to be a text, got an object'],
  [{ cuda: 'yes' }, "expected cuda to be true or false, got 'yes'"],
  [
    { package: 'tfjs-node' },
    "expected package to be @tensorflow/tfjs-node-gpu or @tensorflow/tfjs-node, got 'tfjs-node'",
  ],
  [{ wheel: '2.21.0' }, "expected wheel to be a wheel, such as TENSORFLOW_CPU, got '2.21.0'"],
  [{ signal: {} }, 'expected signal to be an AbortSignal, got an object'],
  [{ onProgress: true }, 'expected onProgress to be a function, got true'],
  [{ env: 'PATH=/bin' }, "expected env to be an object of variables, got 'PATH=/bin'"],
  [
    { folder: '.' },
    "expected options among project, package, wheelFile, cuda, wheel, cache, env, signal, onProgress, got 'folder'",
  ],
];

describe('tfjs-native, called from plain JavaScript', () => {
  it('has a case for every exported function', () => {
    const functions = Object.entries(native)
      .filter(([, value]) => typeof value === 'function' && !/^class\b/.test(String(value)))
      .map(([name]) => name);
    const cases = { checkNative, installNative, listNative, uninstallNative };
    const others = { locateNative, prepareNative, startupAddon, compileAddon };
    expect(functions.sort()).toEqual(Object.keys({ ...cases, ...others }).sort());
  });

  it.each(Object.entries({ checkNative, installNative, listNative, uninstallNative }))(
    '%s refuses options that it cannot use, in one line and before anything is done',
    async (name, call) => {
      for (const [wrong, said] of OPTIONS) {
        expect(await thrownBy(call, wrong)).toEqual(new TypeError(`${name}: ${said}`));
      }
    },
  );

  it('refuses no folder, no package and no add-on', async () => {
    for (const wrong of [undefined, 7, '']) {
      const got = wrong === undefined ? 'nothing' : wrong === '' ? "''" : '7';
      expect(await thrownBy(locateNative, wrong)).toEqual(
        new TypeError(`locateNative: expected a folder to be a text, got ${got}`),
      );
    }
    for (const [name, call] of Object.entries({ prepareNative, startupAddon })) {
      const wrongs: readonly (readonly [wrong: unknown, got: string])[] = [
        [undefined, 'nothing'],
        ['x', "'x'"],
        [{ folder: 'x' }, 'an object'],
      ];
      for (const [wrong, got] of wrongs) {
        expect(await thrownBy(call, wrong)).toEqual(
          new TypeError(
            `${name}: expected a package that locateNative found, with folder, binding, got ${got}`,
          ),
        );
      }
    }
    expect(await thrownBy(compileAddon, { name: 'x' })).toEqual(
      new TypeError('compileAddon: expected an add-on, with name, folder, got an object'),
    );
    expect(await thrownBy(compileAddon, { name: 'x', folder: '.', sources: [] })).toEqual(
      new TypeError('compileAddon: expected an add-on with sources, got none'),
    );
    expect(await thrownBy(compileAddon, { name: 'x', folder: '.', sources: ['x.cc'] }, 7)).toEqual(
      new TypeError('compileAddon: expected options to be an object, got 7'),
    );
  });
});
