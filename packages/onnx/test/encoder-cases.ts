import * as tf from '@tensorflow/tfjs-core';
import { it } from 'vitest';
import {
  agcn,
  biGru,
  ctrGcn,
  type Encoder,
  onStream,
  skeletonTransformer,
  stGcn,
} from '@halp/encoders';
import { createRandom, type Random } from '@halp/random';
import { kinectV2, type Stream } from '@halp/skeleton';
import { exportOnnx } from '../src/index.ts';
import { expectAgreement } from './agreement.ts';

/** The clips of an export. */
export const CLIPS = { channels: 3, frames: 8, joints: 25, persons: 2 };
/** The tolerance for onnxruntime. */
export const TOLERANCE = { relative: 1e-4, absolute: 1e-6 };

const layout = kinectV2;

/** Every encoder, small. */
const encoders: Readonly<Record<string, (rng: Random) => Encoder>> = {
  'biGru, stepwise,': (rng) => biGru({ joints: 25, hidden: 9 }, rng),
  'biGru, bidirectional,': (rng) =>
    biGru({ joints: 25, hidden: 9, direction: 'bidirectional' }, rng),
  stGcn: (rng) => stGcn({ layout, width: 4, features: 11 }, rng),
  agcn: (rng) => agcn({ layout, width: 4 }, rng),
  ctrGcn: (rng) => ctrGcn({ layout, width: 8 }, rng),
  skeletonTransformer: (rng) =>
    skeletonTransformer({ layout, frames: 8, segment: 4, width: 8, depth: 2, heads: 2 }, rng),
};

/** Running statistics that differ from an untrained network's. */
export function train(encoder: Encoder, { channels, frames, joints, persons } = CLIPS): void {
  tf.tidy(() => {
    const shape: tf.ShapeMap['R5'] = [3, channels, frames, joints, persons];
    encoder.apply(tf.randomNormal<tf.Rank.R5>(shape, 0.3, 2, 'float32', 9), {
      mode: 'train',
      rng: createRandom(0),
    });
  });
}

/** Declares a test for each encoder, of clips in a stream, for the backend of the block around it. */
export function streamTests(stream: Stream): void {
  for (const [name, make] of Object.entries(encoders)) {
    it(`${name} is exported for the ${stream} stream of two persons`, async () => {
      const encoder = make(createRandom(0));
      train(encoder);
      const network = onStream(encoder, stream, kinectV2);
      const bytes = await exportOnnx(network, { clips: CLIPS });
      await expectAgreement(network, bytes, CLIPS, TOLERANCE);
      encoder.dispose();
    });
  }
}
