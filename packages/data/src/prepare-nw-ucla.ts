import { readFile } from 'node:fs/promises';
import { FormatError } from '@halp/files';
import { kinectV1 } from '@halp/skeleton';
import type { Manifest } from './manifest.ts';
import { normaliseClip } from './normalise.ts';
import { nwUclaClasses, nwUclaCounts, parseNwUcla, type NwUclaFile } from './nw-ucla.ts';
import { writePrepared, type PlannedClip, type PrepareOptions } from './prepared-writer.ts';
import { requireReplaceable } from './publish-folder.ts';
import { listRaw, requireOutside, type RawFile } from './raw-folder.ts';

const NAME = 'nw-ucla';

/** Where NW-UCLA is and where it shall go. */
export interface PrepareNwUclaOptions extends PrepareOptions {
  /** The folder with the JSON files, also in subfolders. */
  readonly raw: string;
}

/**
 * Prepares NW-UCLA from its JSON files: benchmark `xview`, views 1 and 2 to train, view 3 to test.
 *
 * Every file is read twice: once to be checked, before anything is written, and once to be prepared.
 * The clips, sorted by name, are centred and rotated by `normaliseClip`, without filling, and
 * zero-padded to the longest.
 *
 * @returns The contents of the dataset.json that was written. `complete` says whether all 1484 clips
 * were there.
 * @throws FormatError if the folder is missing or empty, or a file is not what it should be.
 * @throws RangeError if `out` is inside `raw` or holds something else, or a part would have no clip.
 */
export async function prepareNwUcla(options: PrepareNwUclaOptions): Promise<Manifest> {
  const { raw, out, onProgress, signal } = options;
  requireOutside(out, raw);
  await requireReplaceable(out, NAME);
  const files = await listRaw(raw, '.json');
  const clips: PlannedClip[] = [];
  let longest = 0;
  for (const [index, file] of files.entries()) {
    signal?.throwIfAborted();
    const { name, label, subject, camera, clip } = await readNwUcla(file);
    longest = Math.max(longest, clip.shape[1]);
    clips.push({
      ...{ name, label, subject, camera },
      parts: { xview: camera === 3 ? 'test' : 'train' },
      read: async () => {
        const again = await readNwUcla(file);
        const normalised = normaliseClip(again.clip, kinectV1);
        return { clip: normalised, frames: normalised.shape[1] };
      },
    });
    onProgress?.({ stage: 'checking', done: index + 1, total: files.length });
  }
  const tested = clips.filter((clip) => clip.parts['xview'] === 'test').length;
  const plan = {
    name: NAME,
    layout: kinectV1,
    classes: nwUclaClasses,
    persons: 1,
    frames: longest,
    normalisation: 'centred on the spine in each frame, upright and facing the camera in the first',
    complete: isWholeNwUcla(clips.length - tested, tested, raw),
    benchmarks: ['xview'],
    clips,
  };
  return writePrepared(plan, options);
}

async function readNwUcla(file: RawFile): Promise<NwUclaFile> {
  const parsed = parseNwUcla(await readFile(file.path), file.path);
  if (parsed.name !== file.name) {
    throw new FormatError(file.path, `expected file_name "${file.name}", got "${parsed.name}"`);
  }
  return parsed;
}

/**
 * Whether these are as many clips as were published for each part.
 *
 * @throws FormatError if there are more, or as many in all but otherwise parted.
 */
export function isWholeNwUcla(train: number, test: number, raw: string): boolean {
  const published = nwUclaCounts.train + nwUclaCounts.test;
  const whole = train === nwUclaCounts.train && test === nwUclaCounts.test;
  if (train + test < published || whole) return whole;
  throw new FormatError(
    raw,
    `expected at most ${nwUclaCounts.train} clips of views 1 and 2 and ${nwUclaCounts.test} of view 3, ` +
      `got ${train} and ${test}`,
  );
}
