import { FormatError } from '@halp/files';

/** Largest recording, in bytes. NTU RGB+D with two bodies takes about 6 MB per 1,000 frames, and its longest recording has 300. */
const MOST_RECORDING_BYTES = 8 * 2 ** 20;
/** Largest encoder file, in bytes. The BiGRU of the paper has 200 MB. */
const MOST_MODEL_BYTES = 512 * 2 ** 20;
/** Largest weights of a pose model, in bytes. BlazePose heavy has 28 MB. */
const MOST_WEIGHTS_BYTES = 64 * 2 ** 20;
/** Largest safetensors header, in bytes. It holds all names and the run's manifest: 6 kB for the paper's encoder. */
const MOST_HEADER_BYTES = 2 ** 20;
/** Largest number of frames that a page draws: two minutes at 30 frames per second. */
export const MOST_FRAMES = 3600;

/**
 * The bytes of a dropped file.
 *
 * @throws FormatError if the file is larger than a page can process responsively.
 */
export async function bytesOf(file: File): Promise<Uint8Array> {
  const most = mostBytes(file.name);
  if (file.size > most) {
    throw new FormatError(
      file.name,
      `expected at most ${most / 2 ** 20} MiB on this page, got ${(file.size / 2 ** 20).toFixed(1)} MiB; use the halp command`,
    );
  }
  return new Uint8Array(await file.arrayBuffer());
}

function mostBytes(name: string): number {
  if (/\.safetensors$/i.test(name)) return MOST_MODEL_BYTES;
  return /\.bin$/i.test(name) ? MOST_WEIGHTS_BYTES : MOST_RECORDING_BYTES;
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
 * @throws FormatError if the header length of a safetensors file exceeds that of any encoder, since the page parses the
 *   header on its main thread.
 */
export function expectPassstHeader(bytes: Uint8Array, file: string): void {
  if (bytes.length < 8) return;
  const length = new DataView(bytes.buffer, bytes.byteOffset, 8).getBigUint64(0, true);
  if (length <= MOST_HEADER_BYTES || length > bytes.length) return;
  throw new FormatError(
    file,
    `expected a header of at most ${MOST_HEADER_BYTES / 2 ** 20} MiB on this page, got ${length} bytes; use the halp command`,
    0,
  );
}
