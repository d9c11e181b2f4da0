import { type Expected, FormatError, readAs, type TextBytes } from '@halp/files';
import { textFileBytes } from '@halp/files/check';
import type { Body, Recording } from '../../clip/recording.ts';
import { expectRecording } from '../../clip/recording.ts';
import { type LineReader, readLines, wrongField } from '../../text/line-reader.ts';

const SKELETON: Expected = { expected: 'a .skeleton text', own: [] };
const JOINTS = 25;
const BODY_FIELDS = 10;
const JOINT_FIELDS = 12;
const BODIES_PER_BLOCK = 32;
/** A digit and a line end. */
const MIN_BYTES_PER_FRAME = 2;

/**
 * The recording in the bytes of an NTU RGB+D `.skeleton` file.
 *
 * A text with lines that end in LF or CRLF: the number of frames; for each frame the number of bodies; for each body a line
 * of 10 fields that starts with its id, the number of joints (25), and for each joint a line of 12 fields that starts with
 * x, y, z in metres. The other fields are counted but not parsed.
 *
 * @param path - The file's name, for error messages.
 * @throws FormatError if a count or a coordinate is invalid, a line has more or fewer fields, or the file ends before or
 * after the last frame.
 */
export function parseNtuSkeleton(input: TextBytes, path: string): Recording {
  const bytes = textFileBytes('parseNtuSkeleton', input);
  return readAs(bytes, path, SKELETON, () => recordingOf(bytes, path));
}

function recordingOf(bytes: Uint8Array, path: string): Recording {
  const lines = readLines(bytes, path);
  const count = lines.nextCount('a number of frames');
  if (count === 0) throw new FormatError(path, 'line 1: expected at least one frame, got 0', 0);
  if (count * MIN_BYTES_PER_FRAME > lines.remaining() + 1) {
    const problem = `line 1: expected ${count} frames, got ${lines.remaining()} bytes after it; the file is truncated`;
    throw new FormatError(path, problem, 0);
  }
  const frames: (readonly Body[])[] = [];
  const newBody = bodyAllocator();
  for (let t = 0; t < count; t++) frames.push(readFrame(lines, path, newBody));
  lines.end();
  return { joints: JOINTS, frames };
}

/**
 * The text of an NTU RGB+D `.skeleton` file, lines ending in CRLF as in the released ones.
 *
 * Coordinates are written with enough digits to read the same doubles back. Fields that a {@link Recording} lacks are
 * constants: tracked bodies and joints, no projections.
 *
 * @throws RangeError if a body does not have 25 joints with finite coordinates.
 */
export function formatNtuSkeleton(recording: Recording): string {
  expectRecording('formatNtuSkeleton', recording);
  const lines = [String(recording.frames.length)];
  for (const bodies of recording.frames) {
    lines.push(String(bodies.length));
    for (const { id, joints } of bodies) {
      if (joints.length !== JOINTS * 3 || !joints.every(Number.isFinite)) {
        throw new RangeError(
          `formatNtuSkeleton: expected ${JOINTS} joints of finite coordinates, got ${joints.length / 3}`,
        );
      }
      lines.push(`${id} 0 1 1 1 1 0 0 0 2`, String(JOINTS));
      for (let i = 0; i < joints.length; i += 3) {
        lines.push(`${joints[i]} ${joints[i + 1]} ${joints[i + 2]} 0 0 0 0 0 0 0 0 2`);
      }
    }
  }
  return `${lines.join('\r\n')}\r\n`;
}

/**
 * A function that returns the array of the next body. Many bodies share a buffer: with a buffer for each body, garbage
 * collection would take longer than reading the file.
 */
function bodyAllocator(): () => Float64Array {
  let [block, used] = [new Float64Array(0), 0];
  return () => {
    if (used === block.length) [block, used] = [new Float64Array(JOINTS * 3 * BODIES_PER_BLOCK), 0];
    used += JOINTS * 3;
    return block.subarray(used - JOINTS * 3, used);
  };
}

function readFrame(lines: LineReader, path: string, newBody: () => Float64Array): readonly Body[] {
  const count = lines.nextCount('a number of bodies');
  const bodies: Body[] = [];
  for (let b = 0; b < count; b++) bodies.push(readBody(lines, path, newBody));
  return bodies;
}

function readBody(lines: LineReader, path: string, newBody: () => Float64Array): Body {
  const head = lines.next('a body', BODY_FIELDS);
  const id = head.fields[0] as string;
  if (!/^\d{1,20}$/.test(id)) throw wrongField(head, path, 'the id of a body', id);
  const count = lines.nextCount('a number of joints');
  if (count !== JOINTS) {
    const problem = `line ${head.number + 1}: expected ${JOINTS} joints, got "${count}"`;
    throw new FormatError(path, problem, head.end);
  }
  const joints = newBody();
  for (let v = 0; v < JOINTS; v++) lines.nextNumbers('a joint', JOINT_FIELDS, joints, v * 3, 3);
  return { id: BigInt(id), joints };
}
