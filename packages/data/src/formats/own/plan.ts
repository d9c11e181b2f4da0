import { existsSync } from 'node:fs';
import { join, relative, sep } from 'node:path';
import { FormatError } from '@halp/files';
import { expectOptions, type OptionNames } from '@halp/random/check';
import { layoutOf } from '@halp/skeleton';
import { metresProblem } from '../../clip/metres.ts';
import { postureOf } from '../../clip/posture.ts';
import { filesBelow } from '../../disk/files-below.ts';
import { pathList } from '../../disk/path-list.ts';
import { readWhole } from '../../disk/read-whole.ts';
import { type Normalisation, normalisations, ownPreparation } from '../../prepared/preparation.ts';
import { preparedClip } from '../../prepared/prepared-clip.ts';
import {
  byClipName,
  type ClipProblem,
  type Plan,
  type PreparedClip,
  type RawSource,
  type SkippedFile,
} from '../../record/plan.ts';
import { kindOf } from '../../text/json.ts';
import { parseClipCsv } from './csv.ts';
import { parseClipJson } from './json.ts';
import { ownClipName, parseOwnClips } from './list.ts';

const DESCRIPTION = 'clips.json';

/** The files of own clips, and their normalisation. */
export interface PlanOwnClipsOptions {
  /** The folder with clips.json. */
  readonly raw: string;
  /** The normalisation of the coordinates, see `normalisations`. Default: 'upright', as in the authors' code. */
  readonly normalisation?: Normalisation | undefined;
}

const optionNames: OptionNames<PlanOwnClipsOptions> = {
  raw: true,
  normalisation: true,
};

/**
 * The plan of a folder of own clips: benchmark `split`; clips sorted by name and zero-padded to the longest.
 *
 * The folder contains the clips as `.csv` or `.json` files, and a clips.json that describes them:
 *
 * ```json
 * {
 *   "name": "my-gestures",
 *   "layout": "kinect-v2",
 *   "fps": 30,
 *   "clips": [
 *     { "file": "anna/wave-1.csv", "label": "wave", "split": "train", "subject": 1 },
 *     { "file": "anna/point-1.csv", "label": "point", "split": "train", "subject": 1 },
 *     { "file": "ben/wave-1.json", "label": "wave", "split": "test", "subject": 2 }
 *   ]
 * }
 * ```
 *
 * `layout` is the name of a built-in layout, or one of your own: `{ "name", "joints", "bones" }`, see `createLayout` of
 * `@halp/skeleton`.
 *
 * A CSV file has a line for each frame: x, y, z of joint 0, of joint 1, and so on, in metres, y upwards; see `parseClipCsv`.
 * A JSON file is a list of frames, each a list of joints `[x, y, z]`; see `parseClipJson`. Joints that were not detected are
 * zero. With `"persons": 2` a frame may hold a second person.
 *
 * @remarks
 * - Clips are not resampled: `fps` is only written to dataset.json.
 * - Coordinates are stored in the unit of the files. A clip with persons whose size is not between 0.1 and 10 is refused,
 *   since it cannot be in metres.
 * - A file with more than 10,000 frames is refused, since it is a recording of many actions.
 * - An invalid entry of clips.json is a problem of the plan.
 * - A layout of a 2-D detector requires `"channels"`: `"xyz"`, or `"xy-score"` if the third number of a joint is the
 *   detector's score; clips with scores are not normalised.
 * - Files that clips.json does not list are excluded; listed files that are missing are problems of the plan.
 *
 * @throws FormatError if the folder or its clips.json is missing or invalid.
 * @throws RangeError if the normalisation is unknown.
 */
export async function planOwnClips(options: PlanOwnClipsOptions): Promise<Plan> {
  const { raw, normalisation } = expectOptions(
    'planOwnClips',
    options,
    optionNames,
    'the folder of the clips',
  );
  pathList('planOwnClips', raw);
  requireNormalisation(normalisation);
  const path = join(raw, DESCRIPTION);
  const description = parseOwnClips(await descriptionIn(path), path);
  const { name, layout, channels, fps, persons, classes, clips } = description;
  if (channels === 'xy-score' && normalisation !== undefined && normalisation !== 'none') {
    throw new RangeError(
      `planOwnClips: expected normalisation none for clips with scores, got ${normalisation}`,
    );
  }
  const files = await clipFilesIn(raw);
  const sources: RawSource[] = [];
  const problems: SkippedFile[] = description.problems.map(({ place, reason }) => ({
    ...{ file: path, clip: place, reason },
  }));
  for (const clip of clips) {
    const { file, label, split, subject, camera } = clip;
    if (!files.has(file)) {
      problems.push({ file: join(raw, file), reason: missing(file, files) });
      continue;
    }
    const planned = { name: ownClipName(clip), label, subject, camera, parts: { split } };
    sources.push({ path: join(raw, file), clips: [planned] });
  }
  const others = files.size - sources.length;
  return {
    name,
    reader: 'own-clips',
    layout,
    classes,
    persons,
    frames: 'longest',
    preparation: ownPreparation(channels, normalisation),
    fps,
    benchmarks: ['split'],
    sources: byClipName(sources),
    raw: [raw],
    problems,
    excluded: others === 0 ? [] : [{ reason: `not in ${DESCRIPTION}`, files: others }],
  };
}

/**
 * The normalised clip of one own file; a problem if its coordinates cannot be metres.
 *
 * @throws FormatError if the file is missing, or `parseClipCsv` or `parseClipJson` refuses it.
 */
export async function readOwnClips(
  { path }: RawSource,
  plan: Pick<Plan, 'layout' | 'persons' | 'preparation'>,
): Promise<readonly (PreparedClip | ClipProblem)[]> {
  const layout = layoutOf(plan.layout);
  const size = { joints: layout.joints.length, persons: plan.persons };
  const bytes = await readWhole(path);
  const raw = path.endsWith('.csv')
    ? parseClipCsv(bytes, path, size)
    : parseClipJson(bytes, path, size);
  const hasDepth = plan.preparation.channels === 'xyz';
  const problem = hasDepth ? metresProblem(raw) : undefined;
  if (problem !== undefined) return [{ problem }];
  const clip = preparedClip(raw, layout, plan.preparation);
  const read = { clip, frames: clip.shape[1] };
  return [hasDepth ? { ...read, posture: postureOf(raw, layout) } : read];
}

function requireNormalisation(kind: unknown): void {
  if (kind === undefined || (normalisations as readonly unknown[]).includes(kind)) return;
  throw new RangeError(
    `planOwnClips: expected normalisation ${normalisations.join(' or ')}, got ${kindOf(kind)}`,
  );
}

async function descriptionIn(path: string): Promise<Uint8Array> {
  if (existsSync(path)) return readWhole(path);
  const example =
    '{ "name": "mine", "layout": "kinect-v2", "fps": 30, "clips": [{ "file": "a.csv", "label": "wave", "split": "train" }] }';
  throw new FormatError(
    path,
    `expected a description of the clips, got nothing at that path; write ${example}: see docs/guides/add-a-data-set.md`,
  );
}

function missing(file: string, files: ReadonlySet<string>): string {
  const alike = [...files].find((other) => other.toLowerCase() === file.toLowerCase());
  const advice = alike === undefined ? '' : `; the folder has ${alike}`;
  return `expected a file, since ${DESCRIPTION} lists it, got nothing at that path${advice}`;
}

/** The `.csv` and `.json` files of the folder without the description, with `/` between folders. */
async function clipFilesIn(raw: string): Promise<ReadonlySet<string>> {
  const entries = await filesBelow(raw);
  const files = entries
    .filter((entry) => /\.(csv|json)$/.test(entry.name))
    .map((entry) => relative(raw, join(entry.parentPath, entry.name)).split(sep).join('/'));
  return new Set(files.filter((file) => file !== DESCRIPTION));
}
