import * as tf from '@tensorflow/tfjs-core';
import { childPass, expectPass, type Layer, mergeParams, prefixed } from '@halp/nn';
import { expectLayer } from '@halp/nn/check';
import type { Encoder } from '../encoder.ts';

/** An encoder followed by a head, under the names of the authors' `encoder_q`. */
export interface EncoderWithHead extends Layer<tf.Tensor5D, tf.Tensor2D> {
  /** The encoder, which computes the features for downstream tasks. */
  readonly encoder: Encoder;
  /** The head, which maps a feature to an embedding. */
  readonly head: Layer<tf.Tensor2D, tf.Tensor2D>;
}

/**
 * The network of contrastive training: clips `[N, C, T, V, M]` through encoder and head to embeddings.
 *
 * It shares the variables of both: the encoder's under their own names, the head's as `fc.*`. `dispose` disposes both.
 */
export function withHead(encoder: Encoder, head: Layer<tf.Tensor2D, tf.Tensor2D>): EncoderWithHead {
  expectLayer('withHead', 'an encoder', encoder);
  expectLayer('withHead', 'a head', head);
  return {
    encoder,
    head,
    params: mergeParams(encoder.params, prefixed('fc', head.params)),
    buffers: mergeParams(encoder.buffers, prefixed('fc', head.buffers)),
    apply(x, pass) {
      expectPass('withHead', pass);
      // The encoder's parameters have no prefix here.
      return tf.tidy(() =>
        head.apply(encoder.apply(x, childPass(pass, 'encoder')), childPass(pass, 'fc')),
      );
    },
    dispose: () => {
      encoder.dispose();
      head.dispose();
    },
  };
}
