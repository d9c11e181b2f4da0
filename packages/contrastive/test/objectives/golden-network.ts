import * as tf from '@tensorflow/tfjs-core';
import type { Embedder } from '@halp/contrastive';
import { batchNorm, gru, linear, mergeParams, prefixed } from '@halp/nn';
import { createRandom } from '@halp/random';

/** Parents of kinect-v2's joints, counted from 1; a joint that is its own parent has a zero bone. */
const PARENTS = [
  2, 21, 21, 3, 21, 5, 6, 7, 21, 9, 10, 11, 1, 13, 14, 15, 1, 17, 18, 19, 21, 23, 8, 25, 12,
] as const;

/** The network of the golden three-stream steps: 25 joints, 2 persons, 3 x 6 units, embeddings of length 16. */
export function goldenNetwork(stream: 'joint' | 'motion' | 'bone'): Embedder {
  const rng = createRandom(0);
  const norm = batchNorm({ features: 150 });
  const recurrence = gru({ inputs: 150, hidden: 6, layers: 3, direction: 'stepwise' }, rng);
  const first = linear({ inputs: 12, outputs: 12 }, rng);
  const second = linear({ inputs: 12, outputs: 16 }, rng);
  const layers = [norm, recurrence, first, second];
  return {
    params: mergeParams(
      prefixed('input_norm', norm.params),
      prefixed('encoder.gru', recurrence.params),
      prefixed('fc.0', first.params),
      prefixed('fc.2', second.params),
    ),
    buffers: prefixed('input_norm', norm.buffers),
    apply: (x, pass) =>
      tf.tidy(() => {
        const [clips, , frames] = x.shape;
        const rows = tf.reshape(tf.transpose(streamOf(x, stream), [0, 2, 3, 1, 4]), [-1, 150]);
        const normalised = norm.apply(rows as tf.Tensor2D, pass);
        const states = recurrence.apply(tf.reshape(normalised, [clips, frames, 150]), pass);
        return second.apply(tf.relu(first.apply(states, pass)), pass);
      }),
    dispose: () => {
      for (const layer of layers) layer.dispose();
    },
  };
}

/** In plain loops, since no gradient is needed. */
function streamOf(x: tf.Tensor5D, stream: 'joint' | 'motion' | 'bone'): tf.Tensor5D {
  if (stream === 'joint') return x;
  const [n, c, t, v, m] = x.shape;
  const from = x.bufferSync();
  const to = tf.buffer(x.shape);
  for (let clip = 0; clip < n; clip++) {
    for (let channel = 0; channel < c; channel++) {
      for (let frame = 0; frame < t; frame++) {
        for (let joint = 0; joint < v; joint++) {
          for (let person = 0; person < m; person++) {
            const at = [clip, channel, frame, joint, person] as const;
            const here = from.get(...at);
            const parent = (PARENTS[joint] as number) - 1;
            const there =
              stream === 'bone'
                ? here - from.get(clip, channel, frame, parent, person)
                : frame + 1 < t
                  ? from.get(clip, channel, frame + 1, joint, person) - here
                  : 0;
            to.set(there, ...at);
          }
        }
      }
    }
  }
  return to.toTensor() as tf.Tensor5D;
}
