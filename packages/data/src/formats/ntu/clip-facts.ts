import type { ClipFacts } from '../../prepared/clip-names.ts';
import { parseNtuName } from './name.ts';

/** The name of a clip, with subject, camera and setup if it has the form of NTU's names. */
export function clipFactsOf(name: string): ClipFacts {
  const facts = parseNtuName(name);
  if (facts === undefined) return { name };
  const { subject, camera, setup } = facts;
  return { name, subject, camera, setup };
}
