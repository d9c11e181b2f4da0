import { readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { startBackend } from '@halp/backend';
import { halp } from '../../../cli/test/helpers.ts';
import { environmentOf, withFolder } from '../helpers.ts';

environmentOf('HALP_BACKEND', 'wasm');
beforeAll(() => startBackend({ prefer: 'wasm' }));

/** A safetensors file with any header, valid or not, and some bytes of data. */
function safetensors(header: string, { length = 0n, data = 64 } = {}): Buffer {
  const text = Buffer.from(header);
  const size = Buffer.alloc(8);
  size.writeBigUInt64LE(length === 0n ? BigInt(text.length) : length);
  return Buffer.concat([size, text, Buffer.alloc(data)]);
}

const tensor = (name: string, shape: string, offsets = '[0, 4]', dtype = '"F32"'): string =>
  `{${JSON.stringify(name)}: {"dtype": ${dtype}, "shape": ${shape}, "data_offsets": ${offsets}}}`;

const nested = '['.repeat(200_000) + ']'.repeat(200_000);

describe('halp import rejects a malicious checkpoint with one error, and creates no run', () => {
  it.each<readonly [string, string, string | Buffer]>([
    ['empty', 'a.pt', ''],
    ['text', 'a.pt', 'state_dict = {}\n'],
    ['an HTML page', 'a.pth', '<!DOCTYPE html>\n<html>not found</html>'],
    ['a header of 2^63 bytes', 'a.safetensors', safetensors('{}', { length: 2n ** 63n })],
    ['a header longer than the file', 'a.safetensors', safetensors('{}', { length: 1000n })],
    ['a header that is not JSON', 'a.safetensors', safetensors('{"a": \u001b[2J\n')],
    ['a header that is a list', 'a.safetensors', safetensors('[]')],
    ['a header that is a number', 'a.safetensors', safetensors('1e999')],
    ['a deeply nested header', 'a.safetensors', safetensors(`{"a": ${nested}}`)],
    ['no tensors', 'a.safetensors', safetensors('{}', { data: 0 })],
    ['metadata with a wrong type', 'a.safetensors', safetensors('{"__metadata__": 7}')],
    ['a tensor that is a number', 'a.safetensors', safetensors('{"a": 1e9}')],
    ['an unknown type', 'a.safetensors', safetensors(tensor('a', '[1]', '[0, 4]', '"F1"'))],
    [
      'the type "constructor"',
      'a.safetensors',
      safetensors(tensor('a', '[1]', '[0, 4]', '"constructor"')),
    ],
    ['a huge shape', 'a.safetensors', safetensors(tensor('a', '[1e9, 1e9]'))],
    ['a negative shape', 'a.safetensors', safetensors(tensor('a', '[-1]'))],
    ['a fractional shape', 'a.safetensors', safetensors(tensor('a', '[1.5]'))],
    ['a shape of strings', 'a.safetensors', safetensors(tensor('a', '["1"]'))],
    ['huge offsets', 'a.safetensors', safetensors(tensor('a', '[1]', '[0, 1e18]'))],
    ['reversed offsets', 'a.safetensors', safetensors(tensor('a', '[1]', '[4, 0]'))],
    [
      'a tensor named __proto__',
      'a.safetensors',
      safetensors(tensor('__proto__', '[16]', '[0, 64]')),
    ],
    [
      'a tensor named constructor',
      'a.safetensors',
      safetensors(tensor('constructor', '[16]', '[0, 64]')),
    ],
    [
      'a name with control characters',
      'a.safetensors',
      safetensors(tensor('a\n\u001b[2J', '[16]', '[0, 64]')),
    ],
    ['a long name', 'a.safetensors', safetensors(tensor('a.'.repeat(50_000), '[16]', '[0, 64]'))],
    ['a pickle that calls a function', 'a.pt', 'cos\nsystem\n(S"touch ran"\ntR.'],
    [
      'a pickle of a list that contains itself',
      'a.pt',
      Buffer.from([0x80, 2, 0x5d, 0x71, 0, 0x68, 0, 0x61, 0x2e]),
    ],
    ['a truncated pickle', 'a.pt', Buffer.from([0x80, 2, 0x7d])],
    ['a pickle of 1e9 bytes', 'a.pt', Buffer.from([0x80, 2, 0x42, 0, 0xca, 0x9a, 0x3b, 0x2e])],
    [
      'a zip archive without a pickle',
      'a.pt',
      Buffer.from(`PK\x05\x06${'\0'.repeat(18)}`, 'latin1'),
    ],
  ])('%s', async (_, name, content) => {
    await withFolder(async (folder) => {
      const file = join(folder, name);
      await writeFile(file, content);
      const out = join(folder, 'run');
      const { status, stderr } = await halp('import', file, '--as', 'synthetic-moco', '--out', out);
      expect(status).toBe(1);
      const lines = stderr.trimEnd().split('\n');
      const errors = lines.filter((line) => !line.startsWith('backend '));
      expect(errors).toHaveLength(1);
      expect(errors[0]).toMatch(/^halp: .*expected /);
      expect(errors[0]?.length).toBeLessThan(4000);
      expect(stderr).not.toContain('\u001b');
      expect(stderr).not.toMatch(/call stack|undefined|\[object/);
      expect(await readdir(folder)).toEqual([name]);
    });
  });
});
