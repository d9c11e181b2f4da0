import { FormatError } from '@halp/files';
import { expectOptions, type OptionNames } from '@halp/random/check';
import { kinectV1 } from '@halp/skeleton';
import { postureOf } from '../../clip/posture.ts';
import { listRawFiles } from '../../disk/list-raw-files.ts';
import { pathList } from '../../disk/path-list.ts';
import { readWhole } from '../../disk/read-whole.ts';
import { keptPreparation } from '../../prepared/preparation.ts';
import { preparedClip } from '../../prepared/prepared-clip.ts';
import type { ClipProblem, Plan, PreparedClip, RawSource, SkippedFile } from '../../record/plan.ts';
import { nwUclaClasses, nwUclaCounts, parseNwUcla, parseNwUclaName } from './clip-file.ts';

/** The files of NW-UCLA. */
export interface PlanNwUclaOptions {
  /** The folder, or folders, with the JSON files, with their subfolders. */
  readonly raw: string | readonly string[];
}

const optionNames: OptionNames<PlanNwUclaOptions> = {
  raw: true,
};

/**
 * The plan of NW-UCLA: benchmark `xview` with views 1 and 2 for training (1020 clips) and view 3 for testing (464); one
 * person; clips sorted by name, centred and rotated by `normaliseClip` without filling, and zero-padded to the longest.
 *
 * @throws FormatError if a folder is missing or has no JSON file, or two files have the same name.
 */
export async function planNwUcla(options: PlanNwUclaOptions): Promise<Plan> {
  expectOptions('planNwUcla', options, optionNames, 'the folders of the raw data');
  const raw = pathList('planNwUcla', options.raw);
  const files = await listRawFiles(raw, '.json');
  const problems: SkippedFile[] = [];
  const sources = files.flatMap(({ name: called, path }): readonly RawSource[] => {
    const name = called.toLowerCase();
    const facts = parseNwUclaName(name);
    if (facts === undefined) {
      problems.push({ file: path, reason: `expected a name like a01_s01_e00_v01, got ${called}` });
      return [];
    }
    const { label, subject, camera } = facts;
    const xview = camera === 3 ? 'test' : 'train';
    return [{ path, clips: [{ name, label, subject, camera, parts: { xview } }] }];
  });
  return {
    name: 'nw-ucla',
    reader: 'nw-ucla',
    layout: kinectV1.name,
    classes: nwUclaClasses,
    persons: 1,
    frames: 'longest',
    preparation: keptPreparation,
    published: { xview: nwUclaCounts },
    benchmarks: ['xview'],
    sources,
    raw,
    problems,
  };
}

/**
 * The normalised clip of one file of NW-UCLA.
 *
 * @throws FormatError if the file is missing, `parseNwUcla` refuses it, or it contains another name than that of the plan.
 */
export async function readNwUcla(
  { path, clips }: RawSource,
  { preparation }: Pick<Plan, 'preparation'>,
): Promise<readonly (PreparedClip | ClipProblem)[]> {
  const parsed = parseNwUcla(await readWhole(path), path);
  const name = clips[0]?.name;
  if (parsed.name.toLowerCase() !== name) {
    throw new FormatError(path, `expected file_name "${name}", got "${parsed.name}"`);
  }
  const clip = preparedClip(parsed.clip, kinectV1, preparation);
  return [{ clip, frames: clip.shape[1], posture: postureOf(parsed.clip, kinectV1) }];
}
