import * as tf from '@tensorflow/tfjs-core';
import {
  batchNorm,
  disposeParams,
  expectPass,
  gru,
  type GruDirection,
  mergeParams,
  prefixed,
  xavierUniform,
} from '@halp/nn';
import type { Random } from '@halp/random';
import {
  expectOptions,
  expectPositiveIntegers,
  expectRandom,
  type OptionNames,
} from '@halp/random/check';
import { expectClips } from '../check.ts';
import type { Encoder } from '../encoder.ts';

/** Sizes and kind of a {@link biGru} encoder. */
export interface BiGruOptions {
  /** V: joints of a clip, such as 25. */
  readonly joints: number;
  /** M: persons of a clip. Default: 2. */
  readonly persons?: number;
  /** C: coordinates of a joint. Default: 3. */
  readonly channels?: number;
  /** H: units of each half of a layer. Default: 1024. */
  readonly hidden?: number;
  /** GRU layers. Default: 3. */
  readonly layers?: number;
  /** Whether both halves read forward in time (`stepwise`) or one backward. Default: `stepwise`, the authors' model. */
  readonly direction?: GruDirection;
}

const optionNames: OptionNames<BiGruOptions> = {
  joints: true,
  persons: true,
  channels: true,
  hidden: true,
  layers: true,
  direction: true,
};

/**
 * The encoder of HaLP and CMD: each frame is one row of V·C·M numbers, normalised over clips and frames (BatchNorm), then
 * read by a two-direction GRU. The feature of a clip is the state after the last frame, D = 2H.
 *
 * Index of a number in its row: v·(C·M) + c·M + m. Names: `input_norm.*`, `encoder.gru.*` (see {@link gru}), those of
 * the authors' checkpoints. With the defaults and 25 joints: 300 parameters of the normalisation and 44,998,656 of the
 * GRU. Initial GRU weights are Xavier-uniform, biases U(-1/√H, 1/√H).
 *
 * @param rng - forked by parameter name; itself not drawn from.
 * @throws RangeError if a size is not a positive integer; `apply` throws if the clips have another shape.
 *
 * @example
 * ```ts
 * const encoder = biGru({ joints: 20, persons: 1, hidden: 128 }, createRandom(0));
 * const features = encoder.apply(clips, { mode: 'eval' }); // [N, 3, T, 20, 1] -> [N, 256]
 * ```
 */
export function biGru(options: BiGruOptions, rng: Random): Encoder {
  const {
    joints,
    persons = 2,
    channels = 3,
    hidden = 1024,
    layers = 3,
    direction = 'stepwise',
  } = expectOptions('biGru', options, optionNames);
  expectRandom('biGru', rng);
  expectPositiveIntegers('biGru', { joints, persons, channels, hidden, layers });
  const inputs = joints * channels * persons;
  const norm = batchNorm({ features: inputs });
  const recurrence = gru(
    { inputs, hidden, layers, direction, weightInit: xavierUniform },
    rng.fork('gru'),
  );
  const params = mergeParams(
    prefixed('input_norm', norm.params),
    prefixed('encoder.gru', recurrence.params),
  );
  const buffers = prefixed('input_norm', norm.buffers);
  return {
    params,
    buffers,
    featureSize: 2 * hidden,
    apply(x, pass) {
      expectPass('biGru', pass);
      expectClips('biGru', x, { channels, joints, persons });
      const [clips, , frames] = x.shape;
      return tf.tidy(() => {
        const rows = tf.reshape<tf.Rank.R2>(tf.transpose(x, [0, 2, 3, 1, 4]), [
          clips * frames,
          inputs,
        ]);
        const normalised = norm.apply(rows, pass);
        return recurrence.apply(tf.reshape(normalised, [clips, frames, inputs]), pass);
      });
    },
    dispose: () => {
      disposeParams(params);
      disposeParams(buffers);
    },
  };
}
