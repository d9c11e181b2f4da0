import * as tf from '@tensorflow/tfjs-core';
import { InferenceSession, Tensor } from 'onnxruntime-node';
import type { Layer } from '@halp/nn';
import { expectClose, type Tolerance } from '@halp/testing';
import type { ClipSizes } from '../src/index.ts';
import { messages, type ModelMessage } from '../src/messages.ts';

/** The type of an encoder. */
export type ClipLayer = Layer<tf.Tensor5D, tf.Tensor2D>;

/** A layer without variables. */
export function layerOf(apply: (x: tf.Tensor5D) => tf.Tensor2D): ClipLayer {
  return {
    params: {},
    buffers: {},
    apply: (x) => tf.tidy(() => apply(x)),
    dispose: () => undefined,
  };
}

/** Everything but the clips flattened, as float32. */
export function features(x: tf.Tensor): tf.Tensor2D {
  return tf.cast(tf.reshape<tf.Rank.R2>(x, [x.shape[0], -1]), 'float32');
}

/** Asserts that onnxruntime gives the layer's output, for batches of 1, 2 and 5 normally distributed clips. */
export async function expectAgreement(
  layer: ClipLayer,
  bytes: Uint8Array,
  { channels, frames, joints, persons }: ClipSizes,
  tolerance: Tolerance,
): Promise<void> {
  const session = await InferenceSession.create(bytes, { intraOpNumThreads: 1 });
  for (const [seed, clips] of [1, 2, 5].entries()) {
    const shape = [clips, channels, frames, joints, persons] as const;
    const x = tf.randomNormal<tf.Rank.R5>([...shape], 0, 1, 'float32', seed + 1);
    const y = layer.apply(x, { mode: 'eval' });
    const input = new Tensor('float32', await x.data<'float32'>(), shape);
    const { features } = await session.run({ clips: input });
    const { dims, data } = features as Tensor;
    expectClose({ shape: dims, data: data as Float32Array }, y, tolerance);
    tf.dispose([x, y]);
  }
  await session.release();
}

/** The content of a file, read by its protobuf schema. */
export function parseModel(bytes: Uint8Array): ModelMessage {
  const type = messages.lookupType('ModelProto');
  const plain: unknown = type.toObject(type.decode(bytes), { longs: Number, arrays: true });
  return plain as ModelMessage;
}
