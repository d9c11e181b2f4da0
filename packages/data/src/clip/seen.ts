import type { Clip } from '@halp/skeleton';

/**
 * Whether a joint was seen: it is not zero in every channel.
 *
 * @param point - Its place in the first channel, `(t * V + v) * M + m`.
 */
export function isSeen({ data, shape: [C] }: Clip, point: number): boolean {
  const channel = data.length / C;
  for (let c = 0; c < C; c++) if (data[c * channel + point] !== 0) return true;
  return false;
}
