import { FormatError } from '@halp/files';
import { bytesOf } from '../limits.ts';
import { ownClip } from '../reading/own-clip.ts';
import { fileSource, type Shown } from './clips.ts';

/**
 * Parses a file that was dropped on this page: a recording (`.skeleton`, `.csv`, or `.json` with a list of frames).
 *
 * @throws FormatError if it is none of these or cannot be parsed.
 */
export async function readClipFile(file: File): Promise<Shown> {
  const { name } = file;
  const [, stem = name, ending = ''] = /^(.*)\.([^.]*)$/.exec(name) ?? [];
  switch (ending.toLowerCase()) {
    case 'skeleton':
      return fileSource(await bytesOf(file), name);
    case 'csv':
    case 'json':
      return { title: stem, ...ownClip(await bytesOf(file), name) };
    default:
      throw new FormatError(name, 'expected a recording (.skeleton, .json, .csv)');
  }
}
