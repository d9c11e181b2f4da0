import * as tf from '@tensorflow/tfjs-core';
import { expect, it } from 'vitest';
import { biGru, onStream, projectionHead, stGcn, withHead } from '@halp/encoders';
import { createRandom } from '@halp/random';
import { kinectV1 } from '@halp/skeleton';
import { onEachBackend } from '@halp/testing';
import { exportOnnx } from '../src/index.ts';
import { expectAgreement, parseModel } from './agreement.ts';
import { CLIPS, streamTests, TOLERANCE, train } from './encoder-cases.ts';

onEachBackend(() => {
  // The others are in the long lane; one person's bone stream is below.
  streamTests('joint');

  it('biGru is exported for one person, one layer and one frame', async () => {
    const clips = { channels: 3, frames: 1, joints: 20, persons: 1 };
    const encoder = biGru({ joints: 20, persons: 1, hidden: 5, layers: 1 }, createRandom(0));
    train(encoder, clips);
    const network = onStream(encoder, 'bone', kinectV1);
    await expectAgreement(network, await exportOnnx(network, { clips }), clips, TOLERANCE);
    encoder.dispose();
  });

  it('stGcn is exported for one person', async () => {
    const clips = { channels: 3, frames: 6, joints: 20, persons: 1 };
    const options = { layout: kinectV1, persons: 1, width: 2, partition: 'uniform' } as const;
    const encoder = stGcn(options, createRandom(0));
    train(encoder, clips);
    await expectAgreement(encoder, await exportOnnx(encoder, { clips }), clips, TOLERANCE);
    encoder.dispose();
  });

  it('withHead is exported with embeddings as output', async () => {
    const encoder = biGru({ joints: 25, hidden: 8 }, createRandom(0));
    const head = projectionHead({ inputs: 16, hidden: 16, outputs: 4 }, createRandom(1));
    const network = withHead(encoder, head);
    const bytes = await exportOnnx(network, { clips: CLIPS });
    const names = parseModel(bytes).graph.initializer.map(({ name }) => name);
    expect(names).toContain('fc.2.weight');
    await expectAgreement(network, bytes, CLIPS, TOLERANCE);
    network.dispose();
  });

  it('an encoder gives the same features after an export, bit for bit, on the same backend', async () => {
    const encoder = biGru({ joints: 25, hidden: 8 }, createRandom(0));
    const backend = tf.getBackend();
    const x = tf.randomNormal<tf.Rank.R5>([2, 3, 8, 25, 2], 0, 1, 'float32', 1);
    const variables = [...Object.values(encoder.params), ...Object.values(encoder.buffers)];
    const owners = (): unknown[] =>
      variables.map(({ dataId }) => tf.engine().state.tensorInfo.get(dataId)?.backend);
    const before = encoder.apply(x, { mode: 'eval' });
    const ownersBefore = owners();
    await exportOnnx(encoder, { clips: CLIPS });
    const after = encoder.apply(x, { mode: 'eval' });
    expect(await after.data()).toEqual(await before.data());
    expect(owners()).toEqual(ownersBefore);
    expect(tf.getBackend()).toBe(backend);
    tf.dispose([x, before, after]);
    encoder.dispose();
  });
});
