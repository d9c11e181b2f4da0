import { basename, extname } from 'node:path';
import { FormatError } from '@halp/files';
import { expectOptions, expectText, type OptionNames } from '@halp/random/check';
import { type Layout, type LayoutName, storedLayout } from '@halp/skeleton';
import { readWhole } from '../disk/read-whole.ts';
import { records } from '../formats/records.ts';
import type { Preparation } from '../prepared/preparation.ts';
import type { RawClip } from '../record/raw-clip.ts';
import type { RawFileKind, ReadRawClipsOptions } from '../record/record.ts';
import { kindOf, parseJson } from '../text/json.ts';

/** The raw clips of a file of any format that this package reads. */
export interface RawClips {
  /** The format of the file, in words. */
  readonly format: string;
  /** The layout of the clips. */
  readonly layout: LayoutName | Layout;
  /** How clips of this format are prepared, and what their channels mean. */
  readonly preparation: Preparation;
  /** The clips as recorded: nothing is filled, centred or rotated. */
  readonly clips: readonly NamedClip[];
}

/** A raw clip of a file. */
export interface NamedClip extends RawClip {
  /** Its name in the file, or the name of the file. */
  readonly name: string;
}

const optionNames: OptionNames<ReadRawClipsOptions> = { channels: true, layout: true };

/**
 * The raw clips of a file of any format: NTU `.skeleton`, NW-UCLA, Kinetics-skeleton or own `.json`, UTD-MHAD `.mat`,
 * PKU-MMD `.txt`, PYSKL `.pkl`, own `.csv`.
 *
 * The contents of a `.json` file decide its format; the numbers of joints and persons decide the layout of an own clip.
 *
 * @throws FormatError if the file is missing, has none of these formats, or its reader refuses it.
 */
export async function readRawClips(
  path: string,
  options: ReadRawClipsOptions = {},
): Promise<RawClips> {
  expectText('readRawClips', 'a path', path);
  expectOptions('readRawClips', options, optionNames);
  const bytes = await readWhole(path);
  const kind = kindOfFile(path, bytes);
  const own = options.layout === undefined ? undefined : storedLayout(options.layout);
  const given = { ...options, layout: typeof own === 'string' ? undefined : own };
  const { layout, preparation, clips } = kind.read(bytes, path, given);
  const name = basename(path, extname(path));
  return {
    ...{ format: kind.format, layout, preparation },
    clips: clips.map((clip) => ({ name, layout, preparation, ...clip })),
  };
}

function kindOfFile(path: string, bytes: Uint8Array): RawFileKind {
  const kinds = [...new Set(records.values())].flatMap(({ files }) => files);
  const ending = extname(path).toLowerCase();
  const candidates = kinds.filter((kind) => kind.ending === ending);
  if (candidates.length === 0) {
    const known = [...new Set(kinds.map((kind) => kind.ending))].sort();
    const got = ending === '' ? 'a file without extension' : extname(path);
    throw new FormatError(path, `expected a skeleton file (${inWords(known)}), got ${got}`);
  }
  let parsed: { readonly value: unknown } | undefined;
  const json = (): unknown => (parsed ??= { value: parseJson(bytes, path) }).value;
  const found = candidates.find(({ contents }) => contents === undefined || contents.isIn(json));
  if (found !== undefined) return found;
  const wanted = inWords(candidates.map(({ contents, format }) => contents?.text ?? format));
  const what = ending === '.json' ? 'the JSON' : `the ${ending} file`;
  throw new FormatError(path, `expected ${what} of ${wanted}, got ${kindOf(json())}`);
}

function inWords(list: readonly string[]): string {
  return list.length < 2 ? list.join('') : `${list.slice(0, -1).join(', ')} or ${list.at(-1)}`;
}
