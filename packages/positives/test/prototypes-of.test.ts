import * as tf from '@tensorflow/tfjs-core';
import { expect, it } from 'vitest';
import { prototypesOf, sphericalKMeans } from '@halp/positives';
import { createRandom } from '@halp/random';
import { onEachBackend } from '@halp/testing';

onEachBackend(() => {
  it('has the rows of sphericalKMeans, leaves no tensor but its result, and keeps the keys', async () => {
    const rng = createRandom(1);
    const data = Float32Array.from({ length: 60 }, () => rng.normal());
    const keys = tf.tensor2d(data, [20, 3]);
    const before = tf.memory().numTensors;
    const prototypes = await prototypesOf(keys, { clusters: 4 }, createRandom(2));
    expect(tf.memory().numTensors).toBe(before + 1);
    const wanted = sphericalKMeans({ data, shape: [20, 3] }, { clusters: 4 }, createRandom(2));
    expect(prototypes.shape).toEqual([4, 3]);
    expect([...(await prototypes.data())]).toEqual([...Float32Array.from(wanted.prototypes.data)]);
    expect([...(await keys.data())]).toEqual([...data]);
    tf.dispose([prototypes, keys]);
  });

  it('rejects keys without two axes', async () => {
    const keys = tf.ones([2, 2, 2]);
    await expect(
      prototypesOf(keys as tf.Tensor2D, { clusters: 2 }, createRandom(0)),
    ).rejects.toThrow('prototypesOf: expected keys [n, D], got [2, 2, 2]');
    keys.dispose();
  });
});
