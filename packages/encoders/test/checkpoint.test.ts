import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import * as tf from '@tensorflow/tfjs-core';
import { expect, it } from 'vitest';
import { biGru, type EncoderWithHead, projectionHead, withHead } from '@halp/encoders';
import { formatPyTorch, parsePyTorch, stateOf } from '@halp/files';
import {
  fromAuthors,
  loadStateInto,
  mergeParams,
  type Params,
  stateArrays,
  toAuthors,
  withoutPrefix,
} from '@halp/nn';
import { createRandom } from '@halp/random';
import { expectClose, fixturePath, golden, onEachBackend } from '@halp/testing';

const variablesOf = ({ params, buffers }: Pick<EncoderWithHead, 'params' | 'buffers'>): Params =>
  mergeParams(params, buffers);

function tensor(name: string): tf.Tensor {
  const array = golden('checkpoint').arrays[name];
  if (array === undefined) throw new RangeError(`checkpoint has no ${name}`);
  return tf.tensor(Float32Array.from(array.data, Number), [...array.shape]);
}

onEachBackend({ webgpu: true }, () => {
  const files = ['checkpoint_0010.pth.tar', 'checkpoint_0010_legacy.pth.tar'];

  it.each(files)('%s of the authors gives the same feature as in their code', async (file) => {
    const bytes = gunzipSync(readFileSync(fixturePath(`checkpoint/${file}.gz`)));
    const state = fromAuthors(stateOf(parsePyTorch(bytes, file), file).tensors, file);
    const encoder = biGru({ joints: 25, hidden: 8 }, createRandom(0));
    loadStateInto(variablesOf(encoder), withoutPrefix('encoder_q', state), file, {
      ignore: ['fc'],
    });
    tf.tidy(() => {
      const feature = encoder.apply(tensor('input') as tf.Tensor5D, { mode: 'eval' });
      // Relative to the largest entry: some entries are small differences of large numbers.
      const expected = tensor('feature');
      const largest = tf.max(tf.abs(expected)).dataSync()[0] as number;
      expectClose(feature, expected, { absolute: 1e-5 * largest });
    });
    encoder.dispose();
  });

  it('loads the authors’ checkpoint into the whole network and saves equal tensors', async () => {
    const file = files[0] as string;
    const bytes = gunzipSync(readFileSync(fixturePath(`checkpoint/${file}.gz`)));
    const theirs = stateOf(parsePyTorch(bytes, file), file).tensors;
    const state = fromAuthors(theirs, file);
    const rng = createRandom(0);
    const widths = { inputs: 16, hidden: 16, outputs: 16 };
    const network = withHead(biGru({ joints: 25, hidden: 8 }, rng), projectionHead(widths, rng));
    loadStateInto(variablesOf(network), withoutPrefix('encoder_k', state), file);
    const out = await stateArrays(variablesOf(network));
    const again = stateOf(parsePyTorch(formatPyTorch(toAuthors(out)), file), file).tensors;
    expect({ ...again }).toEqual({ ...withoutPrefix('encoder_k', theirs) });
    network.dispose();
  });

  it('rejects the checkpoint of another encoder and names the first differences', () => {
    const file = files[1] as string;
    const bytes = gunzipSync(readFileSync(fixturePath(`checkpoint/${file}.gz`)));
    const state = stateOf(parsePyTorch(bytes, file), file).tensors;
    const encoder = biGru({ joints: 20, hidden: 8, layers: 2 }, createRandom(0));
    const load = (prefix: string): void =>
      loadStateInto(variablesOf(encoder), withoutPrefix(prefix, state), file, { ignore: ['fc'] });
    expect(() => load('encoder_q')).toThrow('unexpected: encoder.gru.weight_ih_l2; ');
    expect(() => load('encoder_q')).toThrow('expected shape [120], got [150]');
    expect(() => load('encoder')).toThrow('missing: input_norm.weight; ');
    encoder.dispose();
  });
});
