import { expectText } from '@halp/random/check';
import { basename, extname } from 'node:path';
import { FormatError } from '@halp/files';
import { layoutOf, type Clip, type LayoutName } from '@halp/skeleton';
import { selectBodies } from '../clip/bodies.ts';
import { parseClipCsv } from '../formats/own/csv.ts';
import { parseClipJson } from '../formats/own/json.ts';
import type { ClipSize } from '../clip/size.ts';
import { kindOf, parseJson } from '../text/json.ts';
import { parseKinetics } from '../formats/kinetics/clip-file.ts';
import { parseNtuSkeleton } from '../formats/ntu/skeleton-file.ts';
import { parseNwUcla } from '../formats/nw-ucla/clip-file.ts';
import { csvSize, jsonSize, type OwnClipSize } from '../formats/own/size.ts';
import { parsePkuVideo } from '../formats/pku/video.ts';
import { parsePyskl, pysklClip } from '../formats/pyskl/annotations.ts';
import {
  keptPreparation,
  kineticsPreparation,
  listedPreparation,
  ntuPreparation,
  ownPreparation,
  pyskl2dPreparation,
  type Preparation,
} from '../prepared/preparation.ts';
import type { RawClip } from '../record/raw-clip.ts';
import { readWhole } from '../disk/read-whole.ts';
import { parseUtdMhad } from '../formats/utd-mhad/clip-file.ts';

/** The raw clips of a file of any format that this package reads. */
export interface RawClips {
  /** What the file is, in words. */
  readonly format: string;
  /** The layout of the clips. */
  readonly layout: LayoutName;
  /** How clips of this format are prepared, and what their channels mean. */
  readonly preparation: Preparation;
  /** The clips as recorded: nothing is filled, centred or rotated. */
  readonly clips: readonly NamedClip[];
}

/** A raw clip of a file. */
export interface NamedClip extends RawClip {
  /** What it is called: in the file, or as the file. */
  readonly name: string;
}

/** What a file may not say of itself. */
export interface ReadRawClipsOptions {
  /**
   * What the third number of a joint is in own `.json` and `.csv` files of a detector's joints: z or a score. Default:
   * z, and `channelsStated` is false.
   */
  readonly channels?: Preparation['channels'];
}

/** Bodies of an NTU recording that are kept: as many as are candidates in preparation. */
const MOST_BODIES = 4;

/**
 * The raw clips of a file, whatever its format: NTU `.skeleton`, NW-UCLA or Kinetics-skeleton or own
 * `.json`, UTD-MHAD `.mat`, PKU-MMD `.txt`, PYSKL `.pkl`, own `.csv`.
 *
 * What a `.json` file is, is decided by its contents; the layout of an own clip by its numbers of
 * joints and persons.
 *
 * @throws FormatError if the file is missing, of none of these formats, or refused by its reader.
 */
export async function readRawClips(
  path: string,
  options: ReadRawClipsOptions = {},
): Promise<RawClips> {
  expectText('readRawClips', 'a path', path);
  const bytes = await readWhole(path);
  const name = basename(path, extname(path));
  const one: One = (format, layout, preparation, raw) => ({
    ...{ format, layout, preparation },
    clips: [{ name, layout, preparation, ...raw }],
  });
  switch (extname(path).toLowerCase()) {
    case '.skeleton': {
      const recording = parseNtuSkeleton(bytes, path);
      const most = recording.frames.reduce((count, bodies) => Math.max(count, bodies.length), 1);
      const clip = selectBodies(recording, Math.min(most, MOST_BODIES));
      return one('NTU RGB+D skeleton', 'kinect-v2', ntuPreparation, { clip, recording });
    }
    case '.mat':
      return one('UTD-MHAD', 'kinect-v1', keptPreparation, { clip: parseUtdMhad(bytes, path) });
    case '.txt':
      return one('PKU-MMD video', 'kinect-v2', listedPreparation, {
        clip: parsePkuVideo(bytes, path),
      });
    case '.json':
      return readJson(bytes, path, one, options);
    case '.csv':
      return ownClip(csvSize(bytes, path), (size) => parseClipCsv(bytes, path, size), one, options);
    case '.pkl': {
      const { layout, annotations, problems } = parsePyskl(bytes, path);
      const [bad] = problems;
      if (bad !== undefined) throw new FormatError(path, bad.reason);
      const preparation = layout === 'coco-17' ? pyskl2dPreparation : listedPreparation;
      const clips = annotations.map((annotation) => ({
        ...{ name: annotation.name, layout, preparation },
        clip: pysklClip(annotation, path),
      }));
      return { format: 'PYSKL', layout, preparation, clips };
    }
    default:
      throw new FormatError(
        path,
        'expected a skeleton file (.skeleton, .json, .mat, .txt, .csv or .pkl), ' +
          `got ${extname(path) === '' ? 'a file without extension' : extname(path)}`,
      );
  }
}

type One = (
  format: string,
  layout: LayoutName,
  preparation: Preparation,
  raw: Pick<RawClip, 'clip' | 'recording' | 'channelsStated'>,
) => RawClips;

function readJson(
  bytes: Uint8Array,
  path: string,
  one: One,
  options: ReadRawClipsOptions,
): RawClips {
  const json = parseJson(bytes, path);
  if (Array.isArray(json))
    return ownClip(jsonSize(json, path), (size) => parseClipJson(bytes, path, size), one, options);
  const keys = typeof json === 'object' && json !== null ? Object.keys(json) : [];
  if (keys.includes('skeletons')) {
    const { clip } = parseNwUcla(bytes, path);
    return one('NW-UCLA', 'kinect-v1', keptPreparation, { clip });
  }
  if (keys.includes('data')) {
    const { clip } = parseKinetics(bytes, path);
    return one('Kinetics-skeleton', 'openpose-18', kineticsPreparation, { clip });
  }
  throw new FormatError(
    path,
    `expected the JSON of NW-UCLA (skeletons), Kinetics-skeleton (data) or a list of frames, got ${kindOf(json)}`,
  );
}

/** A clip of the layout and the persons that its numbers fit. */
function ownClip(
  { layout, persons }: OwnClipSize,
  parse: (size: ClipSize) => Clip,
  one: One,
  { channels }: ReadRawClipsOptions,
): RawClips {
  const clip = parse({ joints: layoutOf(layout).joints.length, persons });
  const channelsStated = channels !== undefined || layoutOf(layout).hasSpine;
  const preparation = ownPreparation(channels ?? 'xyz');
  return one('own clip', layout, preparation, { clip, channelsStated });
}
