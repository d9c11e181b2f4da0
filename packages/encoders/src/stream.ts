import * as tf from '@tensorflow/tfjs-core';
import { expectPass } from '@halp/nn';
import { expectLayer, expectTensor } from '@halp/nn/check';
import { gotText } from '@halp/random/check';
import type { Layout, LayoutName, Stream } from '@halp/skeleton';
import { expectLayout } from '@halp/skeleton/check';
import type { Encoder } from './encoder.ts';

/**
 * A stream of a batch of clips, `[N, C, T, V, M]`: `joint`, the positions; `motion`, x[t+1] − x[t] with 0 in the last
 * frame; `bone`, x[v] − x[parent of v] with 0 at the root. `streamOfClip` of `@halp/skeleton` is the same for one clip as
 * plain numbers.
 *
 * @param x - the caller owns it and the result.
 * @throws RangeError if x does not have rank 5 and the layout's joints.
 */
export function streamOfBatch(
  x: tf.Tensor5D,
  stream: Stream,
  skeleton: Layout | LayoutName,
): tf.Tensor5D {
  expectTensor('streamOfBatch', 'clips [N, C, T, V, M]', x);
  expectStream('streamOfBatch', stream);
  const layout = expectLayout('streamOfBatch', skeleton);
  if (x.shape.length !== 5 || x.shape[3] !== layout.joints.length) {
    throw new RangeError(
      `streamOfBatch: expected clips [N, C, T, V, M] with ${layout.joints.length} joints (${layout.name}), got [${x.shape.join(', ')}]`,
    );
  }
  switch (stream) {
    case 'joint':
      return tf.clone(x);
    case 'motion':
      return motion(x);
    case 'bone':
      return bone(x, layout);
  }
}

/** The encoder applied to a stream of its clips. It shares the encoder's variables, and disposes them. */
export function onStream(encoder: Encoder, stream: Stream, skeleton: Layout | LayoutName): Encoder {
  expectLayer('onStream', 'an encoder', encoder);
  expectStream('onStream', stream);
  const layout = expectLayout('onStream', skeleton);
  const { tokens } = encoder;
  return {
    ...encoder,
    ...(tokens && {
      tokens: {
        ...tokens,
        embed: (x: tf.Tensor5D) => tf.tidy(() => tokens.embed(streamOfBatch(x, stream, layout))),
      },
    }),
    apply(x, pass) {
      expectPass('onStream', pass);
      return tf.tidy(() => encoder.apply(streamOfBatch(x, stream, layout), pass));
    },
  };
}

function expectStream(caller: string, stream: Stream): void {
  if (['joint', 'motion', 'bone'].includes(stream)) return;
  throw new RangeError(
    `${caller}: expected the stream 'joint', 'bone' or 'motion', got ${gotText(stream)}`,
  );
}

function motion(x: tf.Tensor5D): tf.Tensor5D {
  const [n, c, t, v, m] = x.shape;
  return tf.tidy(() => {
    const last = tf.zeros([n, c, 1, v, m]);
    if (t === 1) return last as tf.Tensor5D;
    const from = tf.slice(x, [0, 0, 0, 0, 0], [n, c, t - 1, v, m]);
    const to = tf.slice(x, [0, 0, 1, 0, 0], [n, c, t - 1, v, m]);
    return tf.concat([tf.sub(to, from), last], 2) as tf.Tensor5D;
  });
}

/** Computed as a product with a constant matrix, because tf.gather has no gradient on WebAssembly. */
function bone(x: tf.Tensor5D, layout: Layout): tf.Tensor5D {
  const [n, c, t, v, m] = x.shape;
  return tf.tidy(() => {
    const rows = tf.reshape(tf.transpose(x, [0, 1, 2, 4, 3]), [n * c * t * m, v]);
    const bones = tf.matMul(rows, boneMatrix(layout));
    return tf.transpose<tf.Tensor5D>(tf.reshape(bones, [n, c, t, m, v]), [0, 1, 2, 4, 3]);
  });
}

/** `[V, V]`: in column v, 1 in row v and -1 in the row of its parent; nothing for the root. */
function boneMatrix({ joints, bones }: Layout): tf.Tensor2D {
  const v = joints.length;
  const matrix = new Float32Array(v * v);
  for (const [child, parent] of bones) {
    matrix[child * v + child] = 1;
    matrix[parent * v + child] = -1;
  }
  return tf.tensor2d(matrix, [v, v]);
}
