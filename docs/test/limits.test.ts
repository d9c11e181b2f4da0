import { FormatError } from '@halp/files';
import { describe, expect, it } from 'vitest';
import { fileSource } from '../live/clip/clips.ts';
import { readDropped } from '../live/encoder/dropped.ts';
import { bytesOf } from '../live/limits.ts';

/** A recording in which nobody is. */
const empty = (frames: number): Uint8Array =>
  new TextEncoder().encode(`${frames}\n${'0\n'.repeat(frames)}`);

describe('a file that is dropped on a page', () => {
  it('is refused before it is read where it is too large', async () => {
    const large = new File([new Uint8Array(9 * 2 ** 20)], 'large.skeleton');
    large.arrayBuffer = () => Promise.reject(new Error('was read'));
    for (const read of [() => bytesOf(large), () => readDropped([large])]) {
      await expect(read()).rejects.toThrow(FormatError);
      await expect(read()).rejects.toThrow('large.skeleton: expected at most 8 MiB on this page');
    }
  });

  it('is refused where it has more frames than a page draws, such as megabytes of empty ones', () => {
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
});
