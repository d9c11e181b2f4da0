import * as tf from '@tensorflow/tfjs-core';
import { expect, it } from 'vitest';
import {
  copyParams,
  countParams,
  disposeParams,
  mergeParams,
  ownedVariable,
  type Params,
  prefixed,
  withoutPrefix,
} from '@halp/nn';
import { onEachBackend } from '@halp/testing';

function pair(): Params {
  return {
    weight: ownedVariable(tf.ones([2, 3])),
    bias: ownedVariable(tf.zeros([3])),
  };
}

onEachBackend(() => {
  it('names a submodule’s variables as PyTorch does, and removes the prefix again', () => {
    const params = pair();
    const named = prefixed('fc.0', params);
    expect(Object.keys(named)).toEqual(['fc.0.weight', 'fc.0.bias']);
    expect(withoutPrefix('fc.0', named)).toEqual(params);
    expect(Object.keys(withoutPrefix('fc', named))).toEqual(['0.weight', '0.bias']);
    expect(withoutPrefix('f', named)).toEqual({});
    disposeParams(params);
  });

  it('merges records in order and rejects a name that occurs twice', () => {
    const [a, b] = [pair(), pair()];
    const merged = mergeParams(prefixed('a', a), prefixed('b', b));
    expect(Object.keys(merged)).toEqual(['a.weight', 'a.bias', 'b.weight', 'b.bias']);
    expect(countParams(merged)).toBe(18);
    expect(() => mergeParams(a, b)).toThrow("expected distinct names, got 'weight' twice");
    disposeParams(merged);
    disposeParams(merged);
  });

  it('copies values, not references', () => {
    const [target, source] = [pair(), pair()];
    const bias = source['bias'] as tf.Variable;
    tf.tidy(() => bias.assign(tf.tensor([1, 2, 3])));
    copyParams(target, source);
    tf.tidy(() => bias.assign(tf.zeros([3])));
    expect(Array.from((target['bias'] as tf.Variable).dataSync())).toEqual([1, 2, 3]);
    disposeParams(target);
    disposeParams(source);
  });
});
