import type { ClipFacts } from './names.ts';
import { parseNtuName } from './ntu-name.ts';

/** What the name of a clip says, where it is like NTU's; else the name alone. */
export function factsOf(name: string): ClipFacts {
  const facts = parseNtuName(name);
  if (facts === undefined) return { name };
  const { subject, camera, setup } = facts;
  return { name, subject, camera, setup };
}
