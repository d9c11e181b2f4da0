import { existsSync } from 'node:fs';
import { join, relative, sep } from 'node:path';
import { FormatError } from '@halp/files';
import { expectOptions } from '@halp/random/check';
import { layoutOf } from '@halp/skeleton';
import { metresProblem } from '../../clip/metres.ts';
import { postureOf } from '../../clip/posture.ts';
import { pathList } from '../../disk/path-list.ts';
import { filesBelow } from '../../disk/files-below.ts';
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

/** Where somebody's own clips are. */
export interface PlanOwnClipsOptions {
  /** The folder with clips.json. */
  readonly raw: string;
  /** How coordinates are normalised, see `normalisations`. Default: 'upright', as the authors' code does. */
  readonly normalisation?: Normalisation | undefined;
}

/**
 * How a folder of clips of your own is prepared: benchmark `split`, zero-padded to the longest clip, in
 * the order of the clips' names.
 *
 * Beside the clips, `.csv` or `.json` files, lies a clips.json that says what they are:
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
 * A CSV file has a line for each frame: x, y, z of joint 0, of joint 1, and so on, in metres, y upwards;
 * see `parseClipCsv`. A JSON file is a list of frames, each a list of joints `[x, y, z]`; see
 * `parseClipJson`. What is not seen is zero. With `"persons": 2` a frame may hold a second person.
 *
 * @remarks
 * - Nothing is resampled: `fps` is written into the description of the prepared set, and used for
 *   nothing else.
 * - Coordinates are stored in the units of the files. A clip whose persons are not between 0.1 and 10
 *   large is refused, since it is not in metres.
 * - A file of more than 10,000 frames is refused: it is a recording of many actions.
 * - Every clip is normalised as `normalisation` says, with its layout.
 * - An entry of clips.json that is wrong is one of the plan's problems.
 * - A layout without a spine, as detectors have it, needs `"channels"`: `"xyz"`, or `"xy-score"` where the third number
 *   of a joint is the detector's score; such clips stay as they are.
 * - Files of the folder that clips.json does not list are left out; those that it lists and that are not
 *   there are the plan's problems.
 *
 * @throws FormatError if the folder or its clips.json is missing, or that is not what it should be.
 * @throws RangeError if there is no such normalisation.
 */
export async function planOwnClips(options: PlanOwnClipsOptions): Promise<Plan> {
  const { raw, normalisation } = expectOptions('planOwnClips', options, 'the folder of the clips');
  pathList('planOwnClips', raw);
  requireNormalisation(normalisation);
  const path = join(raw, DESCRIPTION);
  const description = parseOwnClips(await descriptionIn(path), path);
  const { name, layout, channels, fps, persons, classes, clips } = description;
  if (channels === 'xy-score' && normalisation !== undefined && normalisation !== 'none') {
    throw new RangeError(
      `planOwnClips: expected the normalisation none for x, y and a score, got ${normalisation}`,
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
    leftOut: others === 0 ? [] : [{ reason: `not in ${DESCRIPTION}`, files: others }],
  };
}

/**
 * The normalised clip of one file of your own; a problem if its coordinates cannot be metres.
 *
 * @throws FormatError if the file is missing, or is refused by `parseClipCsv` or `parseClipJson`.
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
  const isPlaces = plan.preparation.channels === 'xyz';
  const problem = isPlaces ? metresProblem(raw) : undefined;
  if (problem !== undefined) return [{ problem }];
  const clip = preparedClip(raw, layout, plan.preparation);
  const read = { clip, frames: clip.shape[1] };
  return [isPlaces ? { ...read, posture: postureOf(raw, layout) } : read];
}

function requireNormalisation(kind: unknown): void {
  if (kind === undefined || (normalisations as readonly unknown[]).includes(kind)) return;
  throw new RangeError(
    `planOwnClips: expected the normalisation ${normalisations.join(' or ')}, got ${kindOf(kind)}`,
  );
}

async function descriptionIn(path: string): Promise<Uint8Array> {
  if (existsSync(path)) return readWhole(path);
  throw new FormatError(path, 'expected a description of the clips, got nothing at that path');
}

function missing(file: string, files: ReadonlySet<string>): string {
  const alike = [...files].find((other) => other.toLowerCase() === file.toLowerCase());
  const advice = alike === undefined ? '' : `; there is ${alike}`;
  return `expected it, since ${DESCRIPTION} lists it, got nothing at that path${advice}`;
}

/** The `.csv` and `.json` files of the folder but the description, with `/` between folders. */
async function clipFilesIn(raw: string): Promise<ReadonlySet<string>> {
  const entries = await filesBelow(raw);
  const files = entries
    .filter((entry) => /\.(csv|json)$/.test(entry.name))
    .map((entry) => relative(raw, join(entry.parentPath, entry.name)).split(sep).join('/'));
  return new Set(files.filter((file) => file !== DESCRIPTION));
}
