/**
 * Measures whether memory grows during training: tensors, bytes and resident memory after every tenth of 10,000 HaLP
 * steps of a small model.
 *
 * Usage: npx tsx --conditions=@halp/source bench/endurance.ts [steps]
 */
import * as tf from '@tensorflow/tfjs-core';
import { startBackend } from '@halp/backend';
import { moco } from '@halp/contrastive';
import { biGru, projectionHead, withHead } from '@halp/encoders';
import { sgd } from '@halp/nn';
import { halp } from '@halp/positives';
import { createRandom } from '@halp/random';
import { gradientStep } from '@halp/train';

const steps = Number(process.argv[2] ?? 10_000);
const { name } = await startBackend();
const rng = createRandom(0);
const network = (): ReturnType<typeof withHead> => {
  const encoder = biGru({ joints: 5, persons: 1, hidden: 16, layers: 2 }, rng.fork('encoder'));
  return withHead(
    encoder,
    projectionHead({ inputs: 32, hidden: 32, outputs: 16 }, rng.fork('head')),
  );
};
const base = moco(
  { query: network(), key: network(), queueSize: 64, dimension: 16 },
  rng.fork('queue'),
);
const settings = {
  weight: 1,
  fromEpoch: 0,
  lambda: 0.8,
  count: 10,
  prototypes: 4,
  newest: 64,
  every: 10,
};
const objective = halp(base, { ...settings, boundary: 'pairwise' }, rng.fork('prototypes'));
const optimizer = sgd(objective.params, { momentum: 0.9, weightDecay: 1e-4 });

console.log(`${steps} steps on ${name}`);
for (let step = 0; step <= steps; step++) {
  if (step % (steps / 10) === 0) {
    const { numTensors, numBytes } = tf.memory();
    const resident = process.memoryUsage().rss / 1e6;
    console.log(
      `${step} steps: ${numTensors} tensors, ${numBytes} bytes, ${resident.toFixed(0)} MB resident`,
    );
  }
  const view = (seed: number): tf.Tensor5D =>
    tf.randomNormal([8, 3, 8, 5, 1], 0, 1, 'float32', seed);
  const input = { query: view(2 * step + 1), key: view(2 * step + 2) };
  const context = { epoch: 0, iteration: step, step, samples: 1000 + 8 * step };
  await objective.beforeStep?.(context);
  const losses = gradientStep(objective, input, optimizer, 0.001, context, rng.fork('step', step));
  await objective.afterStep(context);
  tf.dispose([losses, input]);
}
