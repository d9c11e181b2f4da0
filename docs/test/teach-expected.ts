import { readFile } from 'node:fs/promises';
import { parseNtuSkeleton, selectBodies } from '@halp/data';
import { createRecogniser, type Frame, type MovementOptions } from '@halp/live';
import { encoderFromBytes } from '@halp/runs';
import type { Clip } from '@halp/skeleton';

/** A labelled recording. */
export interface Recorded {
  readonly name: string;
  readonly text: Uint8Array | string;
  readonly label: string;
}

/** What the page shows of a movement. */
export interface Movement {
  readonly label: string;
  readonly from: number;
  readonly to: number;
  readonly scores: Readonly<Record<string, number>>;
}

/** The encoder of the page. */
export const shippedEncoder = (): Promise<Buffer> =>
  readFile(new URL('../live/teach/encoder/encoder.safetensors', import.meta.url));

/** The person who moves most in a recording, `[3, T, 25, 1]`. */
export function clipOfRecording({ text, name }: Recorded): Clip {
  return selectBodies(parseNtuSkeleton(Buffer.from(text), name), 1);
}

/** The movements that a recogniser finds, computed here: frame by frame, 0.3 s of the first pose and 0.9 s of the last one held. */
export async function expectedMovements(
  taught: readonly Recorded[],
  watched: readonly Recorded[],
  movement: MovementOptions = {},
  encoder?: Uint8Array,
): Promise<{ readonly movements: readonly Movement[]; readonly accuracy: number | undefined }> {
  const model = await encoderFromBytes(encoder ?? (await shippedEncoder()));
  const recogniser = await createRecogniser({
    ...{ model, spans: 'movements', movement },
    layout: 'kinect-v2',
  });
  for (const each of taught) await recogniser.addExample(each.label, clipOfRecording(each));
  const movements: Movement[] = [];
  let start = 0;
  for (const each of watched) {
    recogniser.reset();
    const frames = heldFrames(clipOfRecording(each));
    for (const [i, frame] of frames.entries()) {
      const found = await recogniser.push(frame, start + i / 30);
      if (found?.final !== true) continue;
      const { label, from, to } = found;
      const scores = Object.fromEntries(found.scores.map((of) => [of.label, of.score]));
      movements.push({ label, from, to, scores });
    }
    start += frames.length / 30 + 1;
  }
  const { accuracy } = recogniser.report();
  model.dispose();
  return { movements, accuracy };
}

function heldFrames({ data, shape: [, T, V] }: Clip): Frame[] {
  return Array.from({ length: T + 36 }, (_, i) => {
    const t = Math.min(T - 1, Math.max(0, i - 9));
    return Array.from({ length: V }, (__, v) =>
      [0, 1, 2].map((c) => data[(c * T + t) * V + v] as number),
    );
  });
}
