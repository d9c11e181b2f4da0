import { FormatError } from '@halp/files';

/** A recording of NTU RGB+D with two bodies takes about 6 MB a thousand frames; the longest there has 300. */
const MOST_RECORDING_BYTES = 8 * 2 ** 20;
/** The BiGRU of the paper is 200 MB. */
const MOST_MODEL_BYTES = 512 * 2 ** 20;
/** More are not drawn by any page: two minutes at 30 frames a second. */
const MOST_FRAMES = 3600;

/**
 * The bytes of a file that somebody dropped, if a page can work with that many without standing still.
 *
 * @throws FormatError if it is too large.
 */
export async function bytesOf(file: File): Promise<Uint8Array> {
  const most = /\.safetensors$/i.test(file.name) ? MOST_MODEL_BYTES : MOST_RECORDING_BYTES;
  if (file.size > most) {
    throw new FormatError(
      file.name,
      `expected at most ${most / 2 ** 20} MiB on this page, got ${(file.size / 2 ** 20).toFixed(1)} MiB; use the halp command`,
    );
  }
  return new Uint8Array(await file.arrayBuffer());
}

/** @throws FormatError if a recording has more frames than a page draws. */
export function expectDrawable(frames: number, file: string): void {
  if (frames <= MOST_FRAMES) return;
  throw new FormatError(
    file,
    `expected at most ${MOST_FRAMES} frames on this page, got ${frames}; use halp inspect`,
  );
}
