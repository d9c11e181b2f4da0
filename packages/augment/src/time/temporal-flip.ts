import { type Clip, createClip } from '@halp/skeleton';
import { expectClip } from '@halp/skeleton/check';

/**
 * The clip played backwards: frame t is the original frame T - 1 - t. Draws no random numbers.
 *
 * Source: AS-CAL (Rao et al., 2021), "reverse"; AimCLR (Guo et al., AAAI 2022), "temporal flip"
 * (Levigty/AimCLR, feeder/tools.py:51-58).
 */
export function temporalFlip(clip: Clip): Clip {
  expectClip('temporalFlip', clip);
  const [C, T, V, M] = clip.shape;
  const frame = V * M;
  const to = new Float32Array(clip.data.length);
  for (let c = 0; c < C; c++) {
    for (let t = 0; t < T; t++) {
      const from = (c * T + T - 1 - t) * frame;
      to.set(clip.data.subarray(from, from + frame), (c * T + t) * frame);
    }
  }
  return createClip(clip.shape, to);
}
