import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import * as tf from '@tensorflow/tfjs-core';
import { expect, it, type TestContext } from 'vitest';
import { convolutionHead, stGcn, withHead } from '@halp/encoders';
import { type NdArray, parseNpy, parsePyTorch, stateOf } from '@halp/files';
import { loadStateInto, mergeParams, withoutPrefix } from '@halp/nn';
import { createRandom } from '@halp/random';
import { kinectV2 } from '@halp/skeleton';
import { expectClose, onEachBackend } from '@halp/testing';

/** A real checkpoint file next to the repository, or in the folder HALP_SHARED. */
function published(name: string, context: TestContext): string {
  const beside = fileURLToPath(new URL('../../../../shared', import.meta.url));
  const path = join(process.env['HALP_SHARED'] ?? beside, 'checkpoints', 'actclr', name);
  if (!existsSync(path)) context.skip(`there is no ${path}`);
  return path;
}

function array(name: string, context: TestContext): NdArray {
  const path = published(name, context);
  return parseNpy(readFileSync(path), path);
}

function network(): ReturnType<typeof withHead> {
  const encoder = stGcn({ layout: kinectV2, width: 16, features: 256 }, createRandom(0));
  return withHead(encoder, convolutionHead({ inputs: 256, outputs: 60 }, createRandom(1)));
}

onEachBackend(() => {
  it.for([
    'actclr_joint_ntu60xview_lineareval_acc87.14.pt',
    'aimclr_joint_ntu60xview_lineareval_acc77.76.pt',
  ])(
    'has exactly the variables of a published checkpoint, including its graph: %s',
    (name, context) => {
      const path = published(name, context);
      const { tensors } = stateOf(parsePyTorch(readFileSync(path), path), path);
      const own = network();
      const graph = own.buffers['A']?.dataSync<'float32'>().slice() ?? [];
      loadStateInto(
        mergeParams(own.params, own.buffers),
        withoutPrefix('encoder_q', tensors),
        path,
      );
      expectClose(own.buffers['A'] as tf.Tensor, graph, { absolute: 1e-7 });
      own.dispose();
    },
  );

  it('computes the features, logits and classes of nine real clips with published weights', (context) => {
    const path = published('actclr_joint_ntu60xview_lineareval_acc87.14.pt', context);
    const own = network();
    const { tensors } = stateOf(parsePyTorch(readFileSync(path), path), path);
    loadStateInto(mergeParams(own.params, own.buffers), withoutPrefix('encoder_q', tensors), path);
    tf.tidy(() => {
      const { data, shape } = array('input.npy', context);
      const clips = tf.tensor5d(data as Float32Array, [...shape] as [9, 3, 50, 25, 2]);
      expectClose(own.encoder.apply(clips, { mode: 'eval' }), array('feature.npy', context), {
        absolute: 1e-5,
      });
      const logits = own.apply(clips, { mode: 'eval' });
      expectClose(logits, array('logits.npy', context), { absolute: 1e-4 });
      const labels = Array.from(array('label.npy', context).data as Int32Array, Number);
      expect([...tf.argMax(logits, 1).dataSync()]).toEqual(labels);
    });
    own.dispose();
  });
});
