import { describe, expect, it } from 'vitest';
import { FormatError } from '@halp/files';
import { fileSource } from '../live/clip/clips.ts';
import { readDropped } from '../live/encoder/dropped.ts';
import { bytesOf } from '../live/limits.ts';

/** A recording without bodies. */
const empty = (frames: number): Uint8Array =>
  new TextEncoder().encode(`${frames}\n${'0\n'.repeat(frames)}`);

describe('a file dropped on a page', () => {
  it('is rejected before it is read if it is too large', async () => {
    const large = new File([new Uint8Array(9 * 2 ** 20)], 'large.skeleton');
    large.arrayBuffer = () => Promise.reject(new Error('was read'));
    for (const read of [() => bytesOf(large), () => readDropped([large])]) {
      await expect(read()).rejects.toThrow(FormatError);
      await expect(read()).rejects.toThrow('large.skeleton: expected at most 8 MiB on this page');
    }
  });

  it.each([
    ['x.skeleton', 8],
    ['x.json', 8],
    ['x.bin', 64],
    ['X.SAFETENSORS', 512],
  ])('named %s may have %i MiB', async (name, mebibytes) => {
    const sized = (size: number): File =>
      Object.defineProperty(new File(['x'], name), 'size', { value: size });
    await expect(bytesOf(sized(mebibytes * 2 ** 20))).resolves.toHaveLength(1);
    await expect(bytesOf(sized(mebibytes * 2 ** 20 + 1))).rejects.toThrow(
      `${name}: expected at most ${mebibytes} MiB on this page, got ${mebibytes}.0 MiB`,
    );
  });

  it('is rejected if it has more frames than a page draws, such as megabytes of empty ones', () => {
    expect(() => fileSource(empty(3601), 'long.skeleton')).toThrow(
      'long.skeleton: expected at most 3600 frames on this page, got 3601',
    );
    const started = process.cpuUsage();
    expect(() => fileSource(empty(4_000_000), 'long.skeleton')).toThrow('got 4000000');
    const lying = new TextEncoder().encode(`2\n${'0\n'.repeat(4_000_000)}`);
    expect(() => fileSource(lying, 'lying.skeleton')).toThrow(FormatError);
    expect(process.cpuUsage(started).user).toBeLessThan(1.5e6);
    expect(fileSource(empty(300), 'short.skeleton').recording.frames).toHaveLength(300);
  });

  it('is rejected if its safetensors header is larger than that of any encoder', async () => {
    const bytes = new Uint8Array(2 ** 21);
    new DataView(bytes.buffer).setBigUint64(0, BigInt(2 ** 20 + 1), true);
    const file = new File([bytes], 'names.safetensors');
    await expect(readDropped([file])).rejects.toThrow(
      'names.safetensors (byte 0): expected a header of at most 1 MiB on this page, got 1048577 bytes',
    );
  });

  it('is rejected by its name if it is neither a recording nor an encoder', async () => {
    await expect(readDropped([new File(['x'], 'x.txt')])).rejects.toThrow(
      'x.txt: expected a .skeleton file, or the .safetensors file of an encoder or a classifier',
    );
  });
});
