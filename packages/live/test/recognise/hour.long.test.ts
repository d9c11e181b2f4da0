import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import * as tf from '@tensorflow/tfjs-core';
import { expect, it } from 'vitest';
import { createRecogniser } from '@halp/live';
import { fakeModel, handAxis, waving, wavingExamples } from '../helpers.ts';

setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc') as () => void;

it('a recogniser keeps neither frames nor tensors over an hour', async () => {
  let embedded = 0;
  const model = fakeModel(handAxis, () => {
    embedded++;
    return Promise.resolve();
  });
  const recogniser = await createRecogniser({
    ...{ model, examples: wavingExamples, window: 1, hop: 1, spans: 'movements' },
  });
  const before = tf.memory().numTensors;
  const used = (): number => {
    collect();
    return process.memoryUsage().heapUsed;
  };
  const still = waving(undefined, 0);
  let heap = 0;
  for (let i = 0; i < 108_000; i++) {
    const t = i / 30;
    await recogniser.push(i % 300 < 60 ? waving(0, t) : still, t);
    if (i === 8000) heap = used();
  }
  // A frame has 300 bytes: kept ones would take more than 30 MB.
  expect(used() - heap).toBeLessThan(5e6);
  expect(embedded).toBeGreaterThan(700);
  expect(tf.memory().numTensors).toBe(before);
  expect(recogniser.examples).toHaveLength(4);
});
