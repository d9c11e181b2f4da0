import { readFileSync } from 'node:fs';
import { fixturePath, fuzzReader } from '@halp/testing';
import { describe, expect, it } from 'vitest';
import { parseNtuSkeleton, parseNwUcla, selectBodies } from '../../../src/index.ts';
import { allFinite } from '../../../src/clip/finite.ts';
import { nwUclaContents } from '../../helpers.ts';

const bytesOf = (text: string): Uint8Array => new TextEncoder().encode(text);

/** Two frames of one body, one frame of two, and one of none: small, so that damage hits all of it. */
function smallRecording(end: string): Uint8Array {
  const joint = (v: number): string => `${0.1 * v} -0.25 3.5e0 1 2 3 4 5 6 7 8 2`;
  const body = [
    '72057594037931101 0 1 1 1 1 0 0.02 0.05 2',
    '25',
    ...Array.from({ length: 25 }, (_, v) => joint(v)),
  ];
  return bytesOf(['4', '1', ...body, '1', ...body, '2', ...body, ...body, '0', ''].join(end));
}

describe('damaged files', { timeout: 3_600_000 }, () => {
  it('of NTU RGB+D are read whole or refused', async () => {
    const real = readFileSync(fixturePath('raw/S001C001P001R001A001.skeleton'));
    const counts = await fuzzReader({
      seeds: [smallRecording('\n'), smallRecording('\r\n'), real.subarray(0, 20_000)],
      read: (bytes, path) => parseNtuSkeleton(bytes, path),
      check: (recording) => {
        for (const bodies of recording.frames) {
          for (const { joints } of bodies) {
            if (joints.length !== 75) throw new Error(`${joints.length} numbers of a body`);
          }
        }
        const { data, shape } = selectBodies(recording, 2);
        if (!allFinite(data)) throw new Error('not finite');
        if (shape[1] !== recording.frames.length) throw new Error('frames are lost');
      },
    });
    expect(counts.read + counts.refused).toBe(counts.cases);
    expect(counts.refused).toBeGreaterThan(counts.cases / 2);
    expect(counts.read).toBeGreaterThan(0);
  });

  it('of NW-UCLA are read whole or refused', async () => {
    const file = nwUclaContents('a01_s01_e00_v01', 1, 2);
    const counts = await fuzzReader({
      seeds: [bytesOf(JSON.stringify(file))],
      read: (bytes, path) => parseNwUcla(bytes, path),
      check: ({ clip, label }) => {
        if (clip.data.length !== 3 * clip.shape[1] * 20 || !allFinite(clip.data))
          throw new Error('not whole');
        if (label < 0 || label > 9) throw new Error(`label ${label}`);
      },
    });
    expect(counts.read + counts.refused).toBe(counts.cases);
    expect(counts.refused).toBeGreaterThan(counts.cases / 2);
    expect(counts.read).toBeGreaterThan(0);
  });
});
