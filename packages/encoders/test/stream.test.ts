import * as tf from '@tensorflow/tfjs-core';
import { expect, it } from 'vitest';
import { biGru, onStream, streamOfBatch } from '@halp/encoders';
import { createRandom } from '@halp/random';
import { createClip, kinectV1, kinectV2, type Stream, streamOfClip } from '@halp/skeleton';
import { checkGradient, expectClose, onEachBackend } from '@halp/testing';

const STREAMS = ['joint', 'motion', 'bone'] as const;

function clips(n: number, t: number, v: number, seed = 1): tf.Tensor5D {
  return tf.randomNormal<tf.Rank.R5>([n, 3, t, v, 2], 0, 1, 'float32', seed);
}

onEachBackend(() => {
  it.each(STREAMS)('equals the %s stream of each clip', (stream: Stream) => {
    for (const layout of [kinectV1, kinectV2]) {
      tf.tidy(() => {
        const x = clips(2, 4, layout.joints.length);
        const expected = tf.unstack(x).map((clip) => {
          const data = Float32Array.from(clip.dataSync());
          const shape = clip.shape as [number, number, number, number];
          return tf.tensor(streamOfClip(createClip(shape, data), stream, layout).data, shape);
        });
        expectClose(streamOfBatch(x, stream, layout), tf.stack(expected), { absolute: 1e-6 });
      });
    }
  });

  it('has zero motion in a clip of one frame and in the last frame, and a zero bone at the root', () => {
    tf.tidy(() => {
      const zeros = (x: tf.Tensor): boolean => x.dataSync().every((value) => value === 0);
      expect(zeros(streamOfBatch(clips(2, 1, 20), 'motion', kinectV1))).toBe(true);
      const motion = streamOfBatch(clips(2, 3, 20), 'motion', kinectV1);
      expect(zeros(tf.slice(motion, [0, 0, 2, 0, 0]))).toBe(true);
      const bone = streamOfBatch(clips(2, 3, 20), 'bone', kinectV1);
      expect(zeros(tf.slice(bone, [0, 0, 0, kinectV1.root, 0], [2, 3, 3, 1, 2]))).toBe(true);
    });
  });

  it('backpropagates through differences', () => {
    tf.tidy(() => {
      const x = tf.randomNormal([1, 1, 2, 20, 1], 0, 1, 'float32', 2);
      for (const stream of STREAMS) {
        const loss = (x: tf.Tensor): tf.Scalar =>
          tf.sum(tf.square(streamOfBatch(x as tf.Tensor5D, stream, kinectV1)));
        checkGradient(loss, [x]);
      }
    });
  });

  it('passes the stream to an encoder', () => {
    const encoder = biGru({ joints: 20, hidden: 2 }, createRandom(0));
    const onBones = onStream(encoder, 'bone', kinectV1);
    expect(onBones.params).toBe(encoder.params);
    expect(onBones.featureSize).toBe(4);
    tf.tidy(() => {
      const x = clips(2, 3, 20);
      const expected = encoder.apply(streamOfBatch(x, 'bone', kinectV1), { mode: 'eval' });
      expectClose(onBones.apply(x, { mode: 'eval' }), expected, {});
    });
    onBones.dispose();
  });

  it('rejects clips of another layout', () => {
    tf.tidy(() => {
      expect(() => streamOfBatch(clips(1, 2, 20), 'bone', kinectV2)).toThrow(
        'expected clips [N, C, T, V, M] with 25 joints (kinect-v2), got [1, 3, 2, 20, 2]',
      );
    });
  });
});
