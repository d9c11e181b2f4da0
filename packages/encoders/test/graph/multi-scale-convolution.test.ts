import * as tf from '@tensorflow/tfjs-core';
import { it } from 'vitest';
import { createRandom } from '@halp/random';
import { expectClose, onEachBackend } from '@halp/testing';
import { multiScaleConvolution } from '../../src/graph/multi-scale-convolution.ts';
import { awake, read } from './four-joints.ts';

type Signal = readonly (readonly number[])[];

onEachBackend(() => {
  it.each([1, 2])(
    'concatenates four branches, each equal to plain sums, with a stride of %i',
    (stride) => {
      const [T, I, kernel] = [7, 3, 3] as const;
      const layer = multiScaleConvolution(
        { inputs: I, outputs: 8, kernel, stride },
        createRandom(1),
      );
      awake(layer, /./);
      // [T][channel] of a joint, in eval mode with initial statistics.
      const convolve = (
        name: string,
        x: Signal,
        window: number,
        every: number,
        apart = 1,
      ): Signal => {
        const [w, b] = [read(layer, `${name}.weight`), read(layer, `${name}.bias`)];
        const inputs = x[0]?.length ?? 0;
        return Array.from({ length: Math.ceil(x.length / every) }, (_, t) =>
          Array.from(b, (bias, o) => {
            let sum = bias;
            for (let k = 0; k < window; k++) {
              const frame = x[t * every + (k - (window - 1) / 2) * apart];
              frame?.forEach((value, i) => {
                sum += (w[(o * inputs + i) * window + k] as number) * value;
              });
            }
            return sum;
          }),
        );
      };
      const norm = (name: string, x: Signal): Signal => {
        const [w, b] = [read(layer, `${name}.weight`), read(layer, `${name}.bias`)];
        return x.map((frame) =>
          frame.map((v, o) => ((w[o] as number) * v) / Math.sqrt(1 + 1e-5) + (b[o] as number)),
        );
      };
      const relu = (x: Signal): Signal => x.map((frame) => frame.map((v) => Math.max(0, v)));
      const largest = (x: Signal): Signal =>
        Array.from({ length: Math.ceil(x.length / stride) }, (_, t) =>
          (x[0] ?? []).map((_, o) =>
            Math.max(...[-1, 0, 1].map((d) => x[t * stride + d]?.[o] ?? -Infinity)),
          ),
        );
      const reduced = (branch: number, x: Signal, every = 1): Signal =>
        norm(`branches.${branch}.1`, convolve(`branches.${branch}.0`, x, 1, every));
      tf.tidy(() => {
        const V = 4;
        const x = tf.randomNormal<tf.Rank.R4>([1, T, V, I], 0, 1, 'float32', 1);
        const [clip] = x.arraySync() as [number[][][]];
        const ofJoints = Array.from({ length: V }, (_, v): readonly Signal[] => {
          const signal = clip.map((frame) => frame[v] as number[]);
          return [
            ...[0, 1].map((i) => {
              const seen = relu(reduced(i, signal));
              const conv = convolve(`branches.${i}.3.conv`, seen, kernel, stride, i + 1);
              return norm(`branches.${i}.3.bn`, conv);
            }),
            norm('branches.2.4', largest(relu(reduced(2, signal)))),
            reduced(3, signal, stride),
          ];
        });
        const frames = Math.ceil(T / stride);
        const data = Array.from({ length: frames }, (_, t) =>
          ofJoints.flatMap((branches) => branches.flatMap((branch) => branch[t] ?? [])),
        ).flat();
        const y = layer.apply(x, { mode: 'eval' });
        expectClose(y, { shape: [1, frames, V, 8], data }, { absolute: 1e-5 });
        tf.dispose([...Object.values(layer.params), ...Object.values(layer.buffers)]);
      });
    },
  );
});
