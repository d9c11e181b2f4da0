import { readFile } from 'node:fs/promises';
import { type RawClip, type Recording, syntheticRecording } from '@halp/data';
import type { Frame } from '@halp/live';
import { createRandom } from '@halp/random';
import { type EncoderModel, syntheticMoco } from '@halp/recipes';
import { encoderFromBytes } from '@halp/runs';
import { type Clip, createClip, kinectV2 } from '@halp/skeleton';

/** V of the frames of these tests. */
export const JOINTS = kinectV2.joints.length;

/** A model without tensors: the features of a clip are those of its numbers. */
export function fakeModel(
  featuresOf: (clip: Clip) => readonly number[],
  onEmbed: () => Promise<void> = () => Promise.resolve(),
): EncoderModel {
  const embed: EncoderModel['embed'] = async (clips) => {
    await onEmbed();
    const rows = clips.map((clip) => featuresOf((clip as RawClip).clip));
    const data = Float32Array.from(rows.flat());
    return { data, shape: [clips.length, rows[0]?.length ?? 0] };
  };
  return { recipe: syntheticMoco, epoch: 1, featureSize: 3, embed, dispose: () => undefined };
}

/** Features that tell the axis along which the right hand (joint 11) moves. */
export function handAxis({ data, shape: [, T, V] }: Clip): readonly number[] {
  return [0, 1, 2].map((c) => {
    let sum = 0.001;
    for (let t = 1; t < T; t++) {
      const at = (frame: number): number => data[(c * T + frame) * V + 11] as number;
      sum += Math.abs(at(t) - at(t - 1));
    }
    return sum;
  });
}

/** A person who stands still, except the right hand and arm: they swing along an axis with 1 Hz, or rest without one. */
export function waving(axis: 0 | 1 | 2 | undefined, seconds: number): (readonly number[])[] {
  return Array.from({ length: JOINTS }, (_, v) => {
    const joint = [0.1 * (v % 5), 0.1 * v + 0.1, 2];
    if (axis !== undefined && v >= 8 && v <= 11) {
      joint[axis] = (joint[axis] as number) + 0.4 * Math.sin(2 * Math.PI * seconds);
    }
    return joint;
  });
}

/** A clip of {@link waving}, one second at 30 Hz. */
export function wavingClip(axis: 0 | 1 | 2, start = 0): Clip {
  const T = 31;
  const clip = createClip([3, T, JOINTS, 1]);
  for (let t = 0; t < T; t++) {
    waving(axis, start + t / 30).forEach((joint, v) =>
      joint.forEach((value, c) => (clip.data[(c * T + t) * JOINTS + v] = value)),
    );
  }
  return clip;
}

/** Examples of waving along x and along y. */
export const wavingExamples = [
  { label: 'sideways', clip: wavingClip(0) },
  { label: 'sideways', clip: wavingClip(0, 0.2) },
  { label: 'up', clip: wavingClip(1) },
  { label: 'up', clip: wavingClip(1, 0.2) },
];

/** The encoder of the documentation, trained on the synthetic set. */
export async function shippedEncoder(): Promise<EncoderModel> {
  const file = new URL('../../../docs/live/encoder/encoder.safetensors', import.meta.url);
  return encoderFromBytes(await readFile(file));
}

/** A synthetic recording. */
export function recording(action: number, subject: number, replication = 1): Recording {
  const facts = { setup: 1, camera: 1, subject, replication, action };
  return syntheticRecording(facts, createRandom(0));
}

/** The frames of the first person of a recording. */
export function framesOf({ frames, joints }: Recording): Frame[] {
  return frames.map((bodies) => {
    const [body] = bodies;
    if (body === undefined) return [];
    return Array.from({ length: joints }, (_, v) =>
      [0, 1, 2].map((c) => body.joints[3 * v + c] as number),
    );
  });
}

/** The clip of frames. */
export function clipOf(frames: readonly Frame[]): Clip {
  const T = frames.length;
  const clip = createClip([3, T, JOINTS, 1]);
  frames.forEach((frame, t) =>
    frame.forEach((joint, v) => {
      for (let c = 0; c < 3; c++) {
        clip.data[(c * T + t) * JOINTS + v] = (joint as readonly number[])[c] as number;
      }
    }),
  );
  return clip;
}
