import { writeFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import {
  type FileKind,
  FormatError,
  formatNpy,
  formatPyTorch,
  formatSafetensors,
  nameKind,
  parseMat,
  parseNpy,
  parseNpz,
  parsePickle,
  parsePyTorch,
  parseSafetensors,
  whatIs,
} from '@halp/files';
import { openNpy, openNpz, openPickle } from '@halp/files/node';
import { temporaryFolder } from '../disk/folder.ts';
import { pickle } from '../pickle/pickle-bytes.ts';
import { decodeBase64, reference } from '../reference.ts';

const text = (value: string): Uint8Array => new TextEncoder().encode(value);
const signed = (start: readonly number[], length = 600): Uint8Array => {
  const bytes = new Uint8Array(length).fill(7);
  bytes.set(start);
  return bytes;
};
const LFS = `version https://git-lfs.github.com/spec/v1\noid sha256:${'4d7a'.repeat(16)}\nsize 12345\n`;
const array = { dtype: 'float32', shape: [2], data: Float32Array.of(1, 2) } as const;
const tar = new Uint8Array(1024);
tar.set(text('checkpoint/'));
tar.set(text('ustar'), 257);

/** Files often found in place of the expected one, each with a part of the error message. */
const impostors: readonly (readonly [string, Uint8Array, FileKind, string])[] = [
  ['a Git LFS pointer', text(LFS), 'git-lfs', 'git lfs pull'],
  ['a git-annex pointer', text('/annex/objects/SHA256E-s9--aa.pkl\n'), 'git-annex', 'annex get'],
  ['an HTML page', text('<!DOCTYPE html>\n<html><head>'), 'html', 'download'],
  ['a page after blanks', text('\n\n <HTML lang="en">'), 'html', 'download'],
  ['a page after a mark and a comment', text('\ufeff<!-- x -->\n<html>'), 'html', 'download'],
  ['an error of a store', text('<?xml version="1.0"?><Error><Code>'), 'xml', 'download'],
  ['an error in JSON', text('{"message": "Not Found"}'), 'json', 'error message of a server'],
  ['gzip', signed([0x1f, 0x8b, 8]), 'packed', 'gzip; unpack it'],
  ['xz', signed([0xfd, 0x37, 0x7a, 0x58, 0x5a, 0]), 'packed', 'unpack it'],
  ['RAR', signed([0x52, 0x61, 0x72, 0x21]), 'packed', 'unpack it'],
  ['a PDF', text('%PDF-1.7\n'), 'document', 'a PDF; download'],
  [
    'a text pickle',
    text('(dp0\nVsplit\np1\n(dp2\nVtrain\np3\n(lp4\n'),
    'text pickle',
    'protocol 0 or 1',
  ],
  [
    'a text pickle of a tuple',
    text("((lp0\nS'a'\np1\na(lp2\nI0\natp3\n."),
    'text pickle',
    'pickle.dump',
  ],
  ['a pickle of protocol 1', signed([0x7d, 0x71, 0, 0x28]), 'text pickle', 'protocol 0 or 1'],
  ['UTF-16', signed([0xff, 0xfe, 0x31, 0]), 'utf-16', 'UTF-8'],
];

describe('whatIs', () => {
  it.each(impostors)('knows %s', (_, bytes, kind, said) => {
    const facts = whatIs(bytes);
    expect(facts?.kind).toBe(kind);
    expect(`${facts?.what}; ${facts?.advice}`).toContain(said);
  });

  it('warns that converting an old pickle executes it', () => {
    const { advice } = whatIs(new TextEncoder().encode('(dp0\nS"a"\nI1\ns.')) ?? {};
    expect(advice).toContain(
      'if you trust its author, because Python executes its contents: python3',
    );
  });

  it.each<[FileKind, Uint8Array]>([
    ['npy', formatNpy(array)],
    ['safetensors', formatSafetensors({ a: array })],
    ['zip', formatPyTorch(new Map([['a', array]]))],
    ['pickle', pickle('N')],
    ['tar', tar],
    ['json', text('[[[1, 2, 3]]]')],
    ['hdf5', signed([0x89, 0x48, 0x44, 0x46, 0x0d, 0x0a])],
  ])('knows a whole file of kind %s', (kind, bytes) => {
    expect(whatIs(bytes)?.kind).toBe(kind);
  });

  it.each([
    '',
    '103\n1\n72057594037931101 0 1',
    '1,2,3',
    'x0,y0',
    '302 recordings',
    'I5\n.',
    '(a)',
  ])('claims nothing of the text %j', (value) => expect(whatIs(text(value))).toBeUndefined());

  it('reads only the beginning', () => {
    expect(whatIs(text(`${' '.repeat(600)}<html>`))).toBeUndefined();
  });
});

const readers: readonly (readonly [string, (bytes: Uint8Array, path: string) => unknown])[] = [
  ['parseNpy', parseNpy],
  ['parseNpz', parseNpz],
  ['parsePickle', parsePickle],
  ['parsePyTorch', parsePyTorch],
  ['parseSafetensors', parseSafetensors],
  ['parseMat', parseMat],
];

describe.each(readers)('%s', (_, read) => {
  it.each(impostors)('names the kind of file that it got: %s', (__, bytes, ___, said) => {
    let error: unknown;
    try {
      read(bytes, 'FILE');
    } catch (thrown) {
      error = thrown;
    }
    expect(error).toBeInstanceOf(FormatError);
    expect(String(error)).toMatch(/FILE \(byte 0\): expected a .*, got an? /);
    expect(String(error)).toContain(said);
  });
});

describe('a file that is opened', () => {
  const folder = temporaryFolder();
  it.each<[string, (path: string) => Promise<unknown>]>([
    ['openNpy', openNpy],
    ['openNpz', openNpz],
    ['openPickle', openPickle],
  ])('%s says what it is instead', async (_, open) => {
    const path = folder.path('file');
    for (const [, bytes, , said] of impostors) {
      await writeFile(path, bytes);
      const error = await open(path).then(
        () => 'nothing',
        (thrown: unknown) => String(thrown),
      );
      expect(error).toContain(said);
    }
  });
});

describe('nameKind', () => {
  const own = { expected: 'a .npy file', own: ['npy'] } as const;
  const error = new FormatError('FILE', 'the file is truncated', 3);

  it('keeps the error of a damaged file of the right kind, and of an unknown kind', () => {
    const { base64 } = reference.npy[0] as (typeof reference.npy)[number];
    expect(nameKind(error, decodeBase64(base64), 'FILE', own)).toBe(error);
    expect(nameKind(error, text('anything'), 'FILE', own)).toBe(error);
  });

  it('leaves errors that are not about the format', () => {
    const other = new Error('disk');
    expect(nameKind(other, text(LFS), 'FILE', own)).toBe(other);
  });
});
