import { formatNtuSkeleton, syntheticRecording } from '@halp/data';
import { createRandom } from '@halp/random';
import type { Recorded } from './teach-expected.ts';

/** A recording of the synthetic data set, of seed 0. */
export function synthetic(
  label: string,
  action: number,
  subject: number,
  replication = 1,
): Recorded {
  const facts = { setup: 1, camera: 2, subject, replication, action };
  const text = formatNtuSkeleton(syntheticRecording(facts, createRandom(0)));
  return { name: `${label} ${subject} ${replication}.skeleton`, text, label };
}
