/**
 * Milliseconds of an optimizer's step and of a momentum update over the variables of a GRU.
 *
 *     npx tsx --conditions=@halp/source packages/nn/bench/update.bench.ts [backend] [hidden] [runs]
 */
import * as tf from '@tensorflow/tfjs-core';
import { startBackend } from '@halp/backend';
import { emaUpdate, gru, type GruOptions, sgd } from '@halp/nn';
import { createRandom } from '@halp/random';
import { measure } from './measure.ts';

const [backend = 'tensorflow', ...sizes] = process.argv.slice(2);
const [hidden = 128, runs = 50] = sizes.map(Number);
await startBackend({ prefer: backend as 'tensorflow' | 'wasm' });

const options: GruOptions = { inputs: 60, hidden, layers: 3, direction: 'stepwise' };
const [query, key] = [gru(options, createRandom(0)), gru(options, createRandom(1))];
const optimizer = sgd(query.params, { momentum: 0.9, weightDecay: 1e-4 });
const gradients = Object.fromEntries(
  Object.entries(query.params).map(([name, { shape }]) => [name, tf.ones(shape)]),
);

console.log(`${Object.keys(query.params).length} variables of 3 x ${hidden} units on ${backend}`);
console.log(`  SGD  ${measure(() => optimizer.step(gradients, 1e-6), runs)}`);
console.log(`  EMA  ${measure(() => emaUpdate(key.params, query.params, 0.99), runs)}`);
