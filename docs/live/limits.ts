import { FormatError } from '@halp/files';

/** A recording of NTU RGB+D with two bodies takes about 6 MB a thousand frames; the longest there has 300. */
const MOST_RECORDING_BYTES = 8 * 2 ** 20;
/** The BiGRU of the paper is 200 MB. */
const MOST_MODEL_BYTES = 512 * 2 ** 20;
/** The header of the paper's encoder has 6 kB; every name and the run's manifest are in it. */
const MOST_HEADER_BYTES = 2 ** 20;
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

/**
 * @throws FormatError if the header that a safetensors file announces is larger than that of any encoder: it is read again
 * on the page.
 */
export function expectModestHeader(bytes: Uint8Array, file: string): void {
  if (bytes.length < 8) return;
  const length = new DataView(bytes.buffer, bytes.byteOffset, 8).getBigUint64(0, true);
  if (length <= MOST_HEADER_BYTES || length > bytes.length) return;
  throw new FormatError(
    file,
    `expected a header of at most ${MOST_HEADER_BYTES / 2 ** 20} MiB on this page, got ${length} bytes; use the halp command`,
    0,
  );
}
