import type { Layout } from '@halp/skeleton';
import type { FramePoints } from './frame.ts';

/** Fills in joints that were not seen, frame after frame. */
export interface JointFiller {
  /** The points of a frame `[V, 3]`, with every joint that was seen in this frame or an earlier one. */
  fill(frame: FramePoints): Float32Array;
  /** Forgets the earlier frames. */
  clear(): void;
}

/**
 * A filler for joints that were not seen: p_v(t) = p_c(t) + p_v(s) - p_c(s), where c is `layout.center` and s the last frame in
 * which v was seen; where the centre was not seen in one of the two, p_v(t) = p_v(s). A joint that was never seen is zero.
 */
export function createJointFiller({
  joints,
  center,
}: Pick<Layout, 'joints' | 'center'>): JointFiller {
  const last = new Float32Array(3 * joints.length);
  const lastCenter = new Float32Array(3 * joints.length);
  const known = new Uint8Array(joints.length);
  const withCenter = new Uint8Array(joints.length);
  return {
    fill({ points, seen }) {
      const whole = points.slice();
      const isCentred = seen[center] === 1;
      for (let v = 0; v < joints.length; v++) {
        if (seen[v] === 1) {
          [known[v], withCenter[v]] = [1, isCentred ? 1 : 0];
          for (let c = 0; c < 3; c++) {
            last[3 * v + c] = points[3 * v + c] as number;
            lastCenter[3 * v + c] = points[3 * center + c] as number;
          }
          continue;
        }
        if (known[v] !== 1) continue;
        const moves = isCentred && withCenter[v] === 1;
        for (let c = 0; c < 3; c++) {
          const offset = moves
            ? (points[3 * center + c] as number) - (lastCenter[3 * v + c] as number)
            : 0;
          whole[3 * v + c] = (last[3 * v + c] as number) + offset;
        }
      }
      return whole;
    },
    clear() {
      known.fill(0);
      withCenter.fill(0);
    },
  };
}
