import { open, writeFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { formatNpy, formatNpyHeader } from '@halp/files';
import { createRandom } from '@halp/random';
import { kinectV2 } from '@halp/skeleton';
import { openArrays } from '../../src/node.ts';
import { openClipFile } from '../../src/open/clip-file.ts';
import { temporaryFolder } from '../helpers.ts';

const path = temporaryFolder();
const CLIPS = 40_000;
const shape = [CLIPS, 3, 300, 25, 2];
const ROW = 3 * 300 * 25 * 2;
const FRAMES = 7;

/** 7.2 GB of zeros in a sparse file, except the last clip. */
async function sparse(): Promise<{ header: number; last: Float32Array }> {
  const header = formatNpyHeader('float32', shape);
  const rng = createRandom(0);
  const last = new Float32Array(ROW).map((_, i) => (i % 15_000 < FRAMES * 50 ? rng.normal() : 0));
  const file = await open(path('x.npy'), 'w');
  await file.write(header);
  await file.write(new Uint8Array(last.buffer), 0, ROW * 4, header.length + (CLIPS - 1) * ROW * 4);
  await file.close();
  return { header: header.length, last };
}

function valid(whole: Float32Array): number[] {
  return [...whole].filter((_, i) => i % 15_000 < FRAMES * 50);
}

describe('an array of more than 4 GiB', () => {
  // Windows would write the zeros to disk.
  it.skipIf(process.platform === 'win32')(
    'is read by position, both from prepared data sets and from external arrays',
    async () => {
      const { header, last } = await sparse();
      const file = await openClipFile(path('x.npy'), { shape, dataOffset: header });
      const clip = await file.read(CLIPS - 1, FRAMES);
      expect(clip.shape).toEqual([3, FRAMES, 25, 2]);
      expect([...clip.data]).toEqual(valid(last));
      expect((await file.read(CLIPS - 2, 300)).data.every((value) => value === 0)).toBe(true);
      await file.close();

      const labels = { dtype: 'int32', shape: [CLIPS], data: new Int32Array(CLIPS) } as const;
      await writeFile(path('y.npy'), formatNpy(labels));
      const arrays = await openArrays({
        data: path('x.npy'),
        labels: path('y.npy'),
        layout: kinectV2,
      });
      expect((await arrays.get(CLIPS - 1)).clip).toEqual(clip);
      await arrays.close();
    },
  );
});
