import { expectOptions, type OptionNames } from '@halp/random/check';
import { kinectV1 } from '@halp/skeleton';
import { postureOf } from '../../clip/posture.ts';
import { listRawFiles } from '../../disk/list-raw-files.ts';
import { pathList } from '../../disk/path-list.ts';
import { readWhole } from '../../disk/read-whole.ts';
import { keptPreparation } from '../../prepared/preparation.ts';
import { preparedClip } from '../../prepared/prepared-clip.ts';
import type { ClipProblem, Plan, PreparedClip, RawSource, SkippedFile } from '../../record/plan.ts';
import { parseUtdMhad, parseUtdMhadName, utdMhadClasses, utdMhadCounts } from './clip-file.ts';

/** The files of UTD-MHAD. */
export interface PlanUtdMhadOptions {
  /** The folder, or folders, with the `.mat` files of the skeletons, with their subfolders. */
  readonly raw: string | readonly string[];
}

const optionNames: OptionNames<PlanUtdMhadOptions> = {
  raw: true,
};

/**
 * The plan of UTD-MHAD: benchmark `xsub` with odd subjects for training (431 clips) and even subjects for testing (430); one
 * person; clips sorted by name and zero-padded to the longest.
 *
 * A file with a name of another form is a problem of the plan.
 *
 * @throws FormatError if a folder is missing or has no `.mat` file, or two files have the same name.
 */
export async function planUtdMhad(options: PlanUtdMhadOptions): Promise<Plan> {
  expectOptions('planUtdMhad', options, optionNames, 'the folders of the raw data');
  const raw = pathList('planUtdMhad', options.raw);
  const sources: RawSource[] = [];
  const problems: SkippedFile[] = [];
  for (const { name: called, path } of await listRawFiles(raw, '.mat')) {
    const name = called.toLowerCase();
    const facts = parseUtdMhadName(name);
    if (facts === undefined) {
      problems.push({ file: path, reason: 'expected a name like a27_s8_t4_skeleton' });
      continue;
    }
    const { label, subject } = facts;
    const xsub = subject % 2 === 1 ? 'train' : 'test';
    sources.push({ path, clips: [{ name, label, subject, parts: { xsub } }] });
  }
  return {
    name: 'utd-mhad',
    reader: 'utd-mhad',
    layout: kinectV1.name,
    classes: utdMhadClasses,
    persons: 1,
    frames: 'longest',
    preparation: keptPreparation,
    published: { xsub: utdMhadCounts },
    benchmarks: ['xsub'],
    sources,
    raw,
    problems,
  };
}

/**
 * The normalised clip of one file of UTD-MHAD.
 *
 * @throws FormatError if the file is missing, or `parseUtdMhad` refuses it.
 */
export async function readUtdMhad(
  { path }: RawSource,
  { preparation }: Pick<Plan, 'preparation'>,
): Promise<readonly (PreparedClip | ClipProblem)[]> {
  const raw = parseUtdMhad(await readWhole(path), path);
  const clip = preparedClip(raw, kinectV1, preparation);
  return [{ clip, frames: raw.shape[1], posture: postureOf(raw, kinectV1) }];
}
