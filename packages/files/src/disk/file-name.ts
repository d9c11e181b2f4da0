import { crc32 } from '../zip/crc32.ts';

/** Leaves room for endings such as `.unfinished.safetensors` in the 255 bytes that file systems take. */
const LONGEST = 160;
/** Names that Windows keeps for devices, whatever their ending. */
const DEVICE = /^(con|prn|aux|nul|com\d|lpt\d)(\.|$)/i;

/**
 * A safe name of one file or folder for any text, such as the name of a data set or a recipe: at most 160 ASCII letters,
 * digits and `. _ - = +`, starting with a letter, digit or underscore, and not ending with `.` or `-`.
 *
 * A text that already is such a name is returned unchanged. In any other text, each unsafe character becomes `-`, and `-`
 * plus the eight hexadecimal digits of the text's CRC-32 are appended, so that `a/b` and `a b` get different names. The
 * result has no `/`, `\` or `..` component: joined to a folder, it stays inside that folder.
 *
 * @example
 * ```ts
 * fileNameOf('ntu60'); // 'ntu60'
 * fileNameOf('../my set'); // 'my-set-80fcb944'
 * ```
 */
export function fileNameOf(text: string): string {
  const words = text
    .replaceAll(/[^\w.=+-]+/g, '-')
    .replace(/^[^\w]+/, '')
    .replace(/[.-]+$/, '');
  if (words === text && text !== '' && text.length <= LONGEST && !DEVICE.test(text)) return text;
  const hash = crc32(new TextEncoder().encode(text)).toString(16).padStart(8, '0');
  const safe = DEVICE.test(words) ? `_${words}` : words;
  const kept = safe.slice(0, LONGEST - hash.length - 1).replace(/[.-]+$/, '');
  return kept === '' ? `unnamed-${hash}` : `${kept}-${hash}`;
}
