/**
 * Milliseconds of a GRU stack: without a gradient, and with it.
 *
 *     npx tsx --conditions=@halp/source packages/nn/bench/gru.bench.ts [backend] [hidden] [batch] [frames] [inputs] [runs]
 */
import * as tf from '@tensorflow/tfjs-core';
import { startBackend } from '@halp/backend';
import { gru, valueAndGradients } from '@halp/nn';
import { createRandom } from '@halp/random';
import { measure } from './measure.ts';

const [backend = 'tensorflow', ...sizes] = process.argv.slice(2);
const [hidden = 128, batch = 64, frames = 32, inputs = 60, runs = 20] = sizes.map(Number);
await startBackend({ prefer: backend as 'tensorflow' | 'wasm' });

const layer = gru({ inputs, hidden, layers: 3, direction: 'stepwise' }, createRandom(0));
const x = tf.randomNormal<tf.Rank.R3>([batch, frames, inputs]);
const xVariable = tf.variable(x);

const forward = measure(() => {
  tf.tidy(() => void layer.apply(x, { mode: 'eval' }).dataSync());
}, runs);
const both = measure(() => {
  tf.tidy(() => {
    const loss = (): tf.Scalar =>
      tf.sum(layer.apply(xVariable as tf.Tensor3D, { mode: 'train', rng: createRandom(0) }));
    valueAndGradients(loss, { x: xVariable, ...layer.params }).value.dataSync();
  });
}, runs);
console.log(`GRU 3 x ${hidden}, N = ${batch}, T = ${frames}, F = ${inputs} on ${backend}`);
console.log(`  forward               ${forward}`);
console.log(`  forward and backward  ${both}`);
