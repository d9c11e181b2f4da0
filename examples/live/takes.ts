import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { nwUclaClasses, parseNwUclaName, parseUtdMhadName, utdMhadClasses } from '@halp/data';
import { readRawClips } from '@halp/data/node';
import type { Take } from './stream.ts';

/** The data sets of this example. */
export const sets = ['nw-ucla', 'utd-mhad'] as const;

/** A data set of this example. */
export type SetName = (typeof sets)[number];

/** The shortest take in frames: NW-UCLA has a few of one frame. */
const SHORTEST = 8;

/** The takes of a folder of raw files, in the order of their names. */
export async function readTakes(set: SetName, folder: string): Promise<readonly Take[]> {
  const takes: Take[] = [];
  for (const file of (await readdir(folder)).sort()) {
    const facts = factsOf(set, file);
    if (facts === undefined) continue;
    const [raw] = (await readRawClips(join(folder, file))).clips;
    if (raw !== undefined && raw.clip.shape[1] >= SHORTEST)
      takes.push({ ...facts, clip: raw.clip });
  }
  return takes;
}

function factsOf(set: SetName, file: string): Omit<Take, 'clip'> | undefined {
  const name = file.replace(/\.\w+$/, '');
  const [classes, found] =
    set === 'nw-ucla'
      ? [nwUclaClasses, parseNwUclaName(name)]
      : [utdMhadClasses, parseUtdMhadName(name)];
  if (found === undefined) return undefined;
  const camera = 'camera' in found ? found.camera : 0;
  return { label: classes[found.label] as string, subject: found.subject, camera };
}
