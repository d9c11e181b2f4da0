import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, it } from 'vitest';
import { agcn, ctrGcn, type Encoder, stGcn } from '@halp/encoders';
import { valueAndGradients } from '@halp/nn';
import { createRandom, type Random } from '@halp/random';
import { type BackendChoice, expectGradientClose, onEachBackend } from '@halp/testing';
import { fourJoints } from './graph/four-joints.ts';

const graphs: Readonly<Record<string, (rng: Random) => Encoder>> = {
  stGcn: (rng) => stGcn({ layout: fourJoints, width: 4, features: 10 }, rng),
  agcn: (rng) => agcn({ layout: fourJoints, width: 8 }, rng),
  ctrGcn: (rng) => ctrGcn({ layout: fourJoints, width: 8 }, rng),
};

type Numbers = Readonly<Record<string, Float32Array>>;

/** Features in both modes, and the gradients of a loss with respect to every parameter. */
function pass(make: (rng: Random) => Encoder): Numbers {
  const encoder = make(createRandom(3));
  const values = tf.tidy((): Record<string, tf.Tensor> => {
    const clips = tf.randomNormal<tf.Rank.R5>([3, 3, 8, 4, 2], 0, 1, 'float32', 1);
    const weights = tf.randomNormal([3, encoder.featureSize], 0, 1, 'float32', 2);
    const features = encoder.apply(clips, { mode: 'eval' });
    const { value, gradients } = valueAndGradients(
      () => tf.sum(tf.mul(encoder.apply(clips, { mode: 'train', rng: createRandom(0) }), weights)),
      encoder.params,
    );
    return { features, value, ...gradients };
  });
  const numbers = Object.entries(values).map(
    ([name, tensor]) => [name, tensor.dataSync<'float32'>().slice()] as const,
  );
  tf.dispose(values);
  encoder.dispose();
  return Object.fromEntries(numbers);
}

/** Compares the features and gradients of every graph network between backends. */
export function backendsAgreeTests(choice: BackendChoice): void {
  describe('forward and backward pass of a network', () => {
    const seen = new Map<string, Numbers>();
    const backends = new Set<string>();
    onEachBackend(choice, (backend) => {
      it.each(Object.entries(graphs))('%s has the same features and gradients', (name, make) => {
        backends.add(backend);
        const actual = pass(make);
        const expected = seen.get(name) ?? actual;
        seen.set(name, expected);
        expect(Object.keys(actual)).toEqual(Object.keys(expected));
        const largest = Math.max(
          ...Object.values(expected).flatMap((each) => [...each].map(Math.abs)),
        );
        for (const [key, data] of Object.entries(expected)) {
          const shape = [data.length];
          // Ten blocks are summed in another order. A constant shift of the input of batch norm has no effect:
          // the gradient of such a bias is only the rounding error of numbers as large as the other gradients.
          expectGradientClose(
            { shape, data: actual[key] ?? [] },
            { shape, data },
            { relative: 1e-3, absolute: 1e-5 * largest },
          );
        }
      });
    });

    it('is compared on two backends', (context) => {
      if (backends.size < 2)
        context.skip(`only ${[...backends].join()} runs here: nothing was compared`);
      expect(backends.size).toBeGreaterThan(1);
    });
  });
}
