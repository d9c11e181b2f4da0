import type { ClipFacts } from '../../prepared/clip-names.ts';
import { parseNtuName } from './name.ts';

/** What the name of a clip says, where it is like NTU's; else the name alone. */
export function clipFactsOf(name: string): ClipFacts {
  const facts = parseNtuName(name);
  if (facts === undefined) return { name };
  const { subject, camera, setup } = facts;
  return { name, subject, camera, setup };
}
