import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { expectClose } from '@halp/testing';
import { createTrack, type Track } from '../../src/stream/track.ts';

/** A track of one joint at (t, 2 t, -t) at the given times. */
function straight(times: readonly number[], fps = 10, seconds = 100): Track {
  const track = createTrack({ joints: 1, fps, seconds });
  for (const t of times) track.add(Float32Array.of(t, 2 * t, -t), t);
  return track;
}

describe('a track', () => {
  it('interpolates an even movement exactly at any frame times', () => {
    const steps = fc.array(fc.double({ min: 0.01, max: 0.3, noNaN: true }), {
      minLength: 5,
      maxLength: 40,
    });
    fc.assert(
      fc.property(steps, (gaps) => {
        let now = 0;
        const times = [0, ...gaps.map((gap) => (now += gap))];
        const clip = straight(times).clip(0, now);
        const T = Math.round(now * 10) + 1;
        expect(clip.shape).toEqual([3, T, 1, 1]);
        const expected = Array.from({ length: T }, (_, i) => (T === 1 ? now : (i * now) / (T - 1)));
        const all = [...expected, ...expected.map((t) => 2 * t), ...expected.map((t) => -t)];
        expectClose(clip.data, all, { absolute: 1e-5 });
      }),
      { seed: 1, numRuns: 50 },
    );
  });

  it('has the frames themselves at their own rate', () => {
    const track = straight([0, 0.1, 0.2, 0.3]);
    expect([...track.clip(0.1, 0.3).data.slice(0, 3)]).toEqual(
      [0.1, 0.2, 0.3].map((value) => Math.fround(value)),
    );
    expectClose([...track.at(0.25)], [0.25, 0.5, -0.25], { absolute: 1e-6 });
  });

  it('keeps what an hour of frames needs for its last seconds, and no more', () => {
    const track = createTrack({ joints: 1, fps: 30, seconds: 2 });
    let most = 0;
    for (let i = 0; i < 108_000; i++) {
      track.add(Float32Array.of(i, 0, 0), i / 30);
      most = Math.max(most, track.length);
    }
    expect(most).toBeLessThanOrEqual(62);
    expect(track.first).toBeLessThanOrEqual((track.last as number) - 2);
    expect(track.at(track.last as number)[0]).toBe(107_999);
  });

  it('is empty after clear', () => {
    const track = straight([0, 1]);
    track.clear();
    expect([track.first, track.last, track.length]).toEqual([undefined, undefined, 0]);
  });
});
