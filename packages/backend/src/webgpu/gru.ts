import * as tf from '@tensorflow/tfjs-core';
import type { Changes } from '../changes/changes.ts';
import type { WebGpuBackend } from './backend.ts';
import {
  dispatch,
  type FusedKernel,
  groupsFor,
  newTensor,
  perElement,
  registerFused,
} from './dispatch.ts';
import { backwardShader, forwardShader, STATES_BEFORE, TILE } from './gru-shaders.ts';

/** T, N, F and H of a layer. */
interface Sizes {
  readonly frames: number;
  readonly batch: number;
  readonly inputs: number;
  readonly hidden: number;
}

/**
 * Registers `HalpGruForward` and `HalpGruBackward`, a whole layer of a two-direction GRU of `@halp/nn`, on the webgpu
 * backend: one dispatch for each step of both directions, and everything that is not recurrent in bulk (forward
 * T + 4 dispatches, backward T + 17, whatever the sizes). Registering again has no effect.
 */
export function registerWebGpuGru(changes: Changes): void {
  registerFused(changes, 'HalpGruForward', forward);
  registerFused(changes, 'HalpGruBackward', backward);
}

const forward: FusedKernel = ([x, ...parameters], { reversed, keep }, backend) => {
  const sizes = sizesOf(x, parameters[1]);
  const { frames, batch, inputs, hidden } = sizes;
  const [wi0, wh0, bi0, bh0, wi1, wh1, bi1, bh1] = requireShapes(parameters, [
    ...halfShapes(sizes, true),
    ...halfShapes(sizes, true),
  ]) as [T, T, T, T, T, T, T, T];
  const projected = tf.matMul(
    tf.reshape(x as T, [frames * batch, inputs]),
    tf.concat([wi0, wi1]),
    false,
    true,
  );
  const weights = tf.concat([wh0, wh1]);
  const biases = tf.concat([bi0, bh0, bi1, bh1]);
  const y = newTensor(backend, [frames, batch, 2 * hidden]);
  const gates = newTensor(backend, keep === true ? [frames, 2, batch, 4 * hidden] : [0]);
  for (let step = 0; step < frames; step++) {
    dispatch(backend, {
      name: keep === true ? 'gru_forward_keep' : 'gru_forward',
      code: forwardShader(keep === true),
      inputs: { projected, weights, biases },
      outputs: keep === true ? { y, gates } : { y },
      integers: { step, ...integersOf(sizes, reversed === true) },
      workgroups: tiles(sizes),
    });
  }
  return [y, gates];
};

const backward: FusedKernel = ([upstream, x, y, gates, ...parameters], flags, backend) => {
  const reversed = flags['reversed'] === true;
  const lastOnly = flags['last_only'] === true;
  const sizes = sizesOf(x, parameters[1]);
  const { frames, batch, inputs, hidden } = sizes;
  const both = [...halfShapes(sizes, false), ...halfShapes(sizes, false)];
  const [wi0, wh0, wi1, wh1] = requireShapes(parameters, both) as [T, T, T, T];
  requireShapes(
    [upstream, y, gates],
    [
      lastOnly ? [batch, 2 * hidden] : [frames, batch, 2 * hidden],
      [frames, batch, 2 * hidden],
      [frames, 2, batch, 4 * hidden],
    ],
  );
  const weights = tf.concat([wh0, wh1]);
  const inward = newTensor(backend, [frames * batch, 6 * hidden]);
  const recurrent = newTensor(backend, [2, frames * batch, 3 * hidden]);
  const carried = newTensor(backend, [2, batch, hidden]);
  for (let step = frames - 1; step >= 0; step--) {
    dispatch(backend, {
      name: 'gru_backward',
      code: backwardShader(),
      inputs: { upstream: upstream as T, y: y as T, gates: gates as T, weights },
      outputs: { inward, recurrent, carried },
      integers: { step, lastOnly: Number(lastOnly), ...integersOf(sizes, reversed) },
      workgroups: tiles(sizes),
    });
  }
  const rows = tf.reshape(x as T, [frames * batch, inputs]);
  const before = statesBefore(y as T, sizes, reversed, backend);
  const ones = tf.ones([1, frames * batch]);
  const dx = tf.reshape(tf.matMul(inward, tf.concat([wi0, wi1])), [frames, batch, inputs]);
  const dwi = tf.split(tf.matMul(inward, rows, true), 2);
  const dwh = tf.unstack(tf.matMul(recurrent, before, true));
  const dbi = tf.unstack(tf.reshape(tf.matMul(ones, inward), [2, 3 * hidden]));
  const dbh = tf.unstack(
    tf.reshape(tf.matMul(tf.tile(tf.reshape(ones, [1, 1, -1]), [2, 1, 1]), recurrent), [2, -1]),
  );
  return [dx, ...[0, 1].flatMap((half) => [dwi, dwh, dbi, dbh].map((pair) => pair[half] as T))];
};

type T = tf.Tensor;

function statesBefore(y: T, sizes: Sizes, reversed: boolean, backend: WebGpuBackend): T {
  const { frames, batch, hidden } = sizes;
  const result = newTensor(backend, [2, frames * batch, hidden]);
  dispatch(backend, {
    name: 'gru_states_before',
    code: perElement(STATES_BEFORE),
    inputs: { y },
    outputs: { result },
    integers: { size: result.size, ...integersOf(sizes, reversed) },
    workgroups: groupsFor(result.size, backend),
  });
  return result;
}

function integersOf({ frames, batch, hidden }: Sizes, reversed: boolean): Record<string, number> {
  return { frames, batch, hidden, reversed: Number(reversed) };
}

function tiles({ batch, hidden }: Sizes): readonly [number, number, number] {
  return [Math.ceil(batch / TILE.clips), Math.ceil(hidden / TILE.units), 2];
}

function sizesOf(x: T | undefined, recurrent: T | undefined): Sizes {
  const [frames = 0, batch = 0, inputs = 0] = x?.shape ?? [];
  return { frames, batch, inputs, hidden: recurrent?.shape[1] ?? 0 };
}

function halfShapes({ inputs, hidden }: Sizes, biases: boolean): readonly (readonly number[])[] {
  const weights = [
    [3 * hidden, inputs],
    [3 * hidden, hidden],
  ];
  return biases ? [...weights, [3 * hidden], [3 * hidden]] : weights;
}

/** The same tensors, after a check of their shapes: a shader reads beyond the end of a tensor that is too small. */
function requireShapes(
  tensors: readonly (T | undefined)[],
  shapes: readonly (readonly number[])[],
): readonly T[] {
  const fits = shapes.every((shape, i) => tf.util.arraysEqual([...shape], tensors[i]?.shape ?? []));
  if (fits && tensors.length === shapes.length) return tensors as readonly T[];
  throw new Error('HalpGru: expected inputs of matching shapes, got another shape');
}
