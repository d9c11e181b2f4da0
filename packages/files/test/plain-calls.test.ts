import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { anObject, anything, aText, bytes, type PlainArgument, plainCalls } from '@halp/testing';
import * as files from '../src/index.ts';
import * as node from '../src/node.ts';

const array = { dtype: 'float32', shape: [2], data: Float32Array.of(1, 2) } as const;
const npy = files.formatNpy(array);
const folder = mkdtempSync(join(tmpdir(), 'halp-plain-calls-'));
const pickle = Uint8Array.of(0x80, 2, 0x4b, 1, 0x2e);
const inFolder = (name: string, contents: Uint8Array): string => {
  const path = join(folder, name);
  writeFileSync(path, contents);
  return path;
};
const numbersOf = (): PlainArgument => ({
  ...anObject(array),
  wrong: [
    ['left out', undefined],
    ['a number', 7],
    ['the numbers alone', array.data],
    ['numbers as a plain array', { ...array, data: [1, 2] }],
    ['no shape', { ...array, shape: undefined }],
    ['an unknown type', { ...array, dtype: 'float' }],
  ],
});
const path = (): PlainArgument => anything('x');
const headerOf = (size: number): Uint8Array => new Uint8Array(size);

plainCalls('files', files, {
  crc32: () => [bytes(headerOf(4))],
  fileNameOf: { exempt: 'takes apart whatever text a path is' },
  nameKind: { exempt: 'passes errors on, for readers' },
  readAs: { exempt: 'calls a reader that has checked its bytes' },
  whatIs: () => [bytes(headerOf(4))],
  parseMat: () => [
    bytes(
      Uint8Array.from({ length: 128 }, (_, i) =>
        i === 125 ? 1 : i === 126 ? 0x49 : i === 127 ? 0x4d : 32,
      ),
    ),
    path(),
  ],
  bytesPerElement: () => [
    anything('int8', [
      ['left out', undefined],
      ['another name', 'int7'],
    ]),
  ],
  sizeOfShape: () => [
    anything(
      [2, 3],
      [
        ['left out', undefined],
        ['a number', 7],
      ],
    ),
  ],
  toNumbers: () => [
    anything(array, [
      ['left out', undefined],
      ['a number', 7],
      ['no numbers', { dtype: 'int8', shape: [1] }],
    ]),
  ],
  parseNpz: { exempt: 'checks its bytes as parseNpy does' },
  parsePickle: () => [bytes(pickle), path()],
  formatNpy: () => [numbersOf()],
  formatNpyHeader: () => [
    anything('int8', [
      ['left out', undefined],
      ['another name', 'int7'],
    ]),
    anything(
      [2, 3],
      [
        ['left out', undefined],
        ['a number', 7],
        ['sizes as text', ['2', '3']],
      ],
    ),
  ],
  parseNpy: () => [bytes(npy), path()],
  parseNpyHeader: () => [bytes(npy), path()],
  parseSafetensorsHeader: () => [bytes(files.formatSafetensors({ a: array })), path()],
  parsePyTorch: () => [bytes(files.formatPyTorch(new Map([['a', array]]))), path()],
  stateOf: () => [anything(new Map([['a', array]])), path()],
  formatPyTorch: () => [anything(new Map([['a', array]]))],
  formatSafetensors: () => [
    anything({ a: array }, [
      ['left out', undefined],
      ['a number', 7],
      ['an array alone', [array]],
      ['plain numbers', { a: [1, 2] }],
    ]),
    anything({}, [
      ['a number', 7],
      ['null', null],
    ]),
  ],
  parseSafetensors: () => [bytes(files.formatSafetensors({ a: array })), path()],
});

plainCalls('files/node', node, {
  cannotWrite: { exempt: 'makes an error from any cause' },
  writeFileAtomic: () => [
    aText(join(folder, 'a.bin')),
    anything('text', [
      ['left out', undefined],
      ['a number', 7],
      ['a plain array', [1, 2]],
    ]),
  ],
  writeInside: () => [
    aText(folder),
    aText('b.bin'),
    anything('text', [
      ['left out', undefined],
      ['a number', 7],
      ['a plain array', [1, 2]],
    ]),
  ],
  expectWritable: () => [aText(folder)],
  expectWritableInside: () => [aText(folder), aText('b')],
  openRegularFile: {
    exempt: 'checks its path as readRegularFile does; what it opens is to be closed',
  },
  readRegularFile: () => [aText(inFolder('a.npy', npy))],
  readRegularFileSync: () => [aText(inFolder('a.npy', npy))],
  openNpy: () => [aText(inFolder('a.npy', npy))],
  openNpz: { exempt: 'opens its file as openNpy does' },
  openPickle: () => [aText(inFolder('a.pkl', pickle))],
  openPickledArrays: () => [aText(inFolder('a.pkl', pickle))],
  createNpyWriter: () => [
    aText(join(folder, 'b.npy')),
    anything({ dtype: 'int8', shape: [2] }, [
      ['left out', undefined],
      ['a number', 7],
      ['no shape', { dtype: 'int8' }],
      ['an unknown type', { dtype: 'int7', shape: [2] }],
    ]),
  ],
  isLeftover: () => [aText('.a.0a1b2c3d.tmp')],
  removeLeftovers: () => [aText(join(folder, 'none'))],
  lockHolder: () => [aText(join(folder, 'none.lock'))],
  takeLock: () => [aText(join(folder, 'new', `${Math.PI}.lock`)), aText('a run')],
  workerModule: () => [
    aText('file:///package/dist/node.js'),
    anything({ source: './a.ts', built: './a.js', importsUserModules: false }, [
      ['left out', undefined],
      ['a number', 7],
      ['no paths', {}],
    ]),
  ],
});
