import * as tf from '@tensorflow/tfjs-core';
import { gotText } from '@halp/random/check';
import { expectParams } from '../check.ts';
import type { Params } from '../layer/params.ts';
import { hasFused, runFused } from '../tape/fused.ts';

/**
 * Moves every target towards the source of the same name: t ← m·t + (1 − m)·s, computed as t + (1 − m)(s − t), the
 * momentum update of MoCo's key encoder (He et al., 2020, equation 2).
 *
 * @param target - the variables to change.
 * @param source - the variables to follow, with the same names and shapes.
 * @param momentum - m, in [0, 1].
 * @throws RangeError if names or shapes differ, or the momentum is outside [0, 1].
 */
export function emaUpdate(target: Params, source: Params, momentum: number): void {
  if (!(Number.isFinite(momentum) && momentum >= 0 && momentum <= 1)) {
    throw new RangeError(`emaUpdate: expected a momentum in [0, 1], got ${gotText(momentum)}`);
  }
  const pairs = paired('emaUpdate', target, source);
  tf.tidy(() => {
    const rate = tf.scalar(1 - momentum);
    if (pairs.length > 0 && hasFused('HalpEma') && pairs.every(([to]) => to.dtype === 'float32')) {
      const inputs = [...pairs.map(([to]) => to), ...pairs.map(([, from]) => from), rate];
      runFused('HalpEma', inputs).forEach((next, i) => pairs[i]?.[0].assign(next));
      return;
    }
    for (const [to, from] of pairs) {
      tf.tidy(() => to.assign(tf.add(to, tf.mul(tf.sub(from, to), rate))));
    }
  });
}

/**
 * Sets every target to the source of the same name.
 *
 * @throws RangeError if names or shapes differ.
 */
export function copyParams(target: Params, source: Params): void {
  for (const [to, from] of paired('copyParams', target, source)) {
    to.assign(from);
  }
}

function paired(caller: string, target: Params, source: Params): [tf.Variable, tf.Variable][] {
  expectParams(caller, target);
  expectParams(caller, source);
  const unknown = Object.keys(source).filter((name) => !Object.hasOwn(target, name));
  if (unknown.length > 0) {
    throw new RangeError(
      `${caller}: expected the same names on both sides, got ${unknown.join(', ')} in the source only`,
    );
  }
  return Object.entries(target).map(([name, to]) => {
    const from = source[name];
    if (from === undefined) {
      throw new RangeError(
        `${caller}: expected the same names on both sides, got '${name}' in the target only`,
      );
    }
    if (to.dtype !== from.dtype || !tf.util.arraysEqual(to.shape, from.shape)) {
      throw new RangeError(
        `${caller}: expected '${name}' as ${to.dtype} [${to.shape.join(', ')}], got ${from.dtype} [${from.shape.join(', ')}]`,
      );
    }
    return [to, from];
  });
}
