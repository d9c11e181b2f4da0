import * as tf from '@tensorflow/tfjs-core';
import { expect, it } from 'vitest';
import {
  cmd,
  type CmdOptions,
  type Embedder,
  infoNCELogits,
  type StreamsObjective,
  type ViewPair,
} from '@halp/contrastive';
import { valueAndGradients } from '@halp/nn';
import { createRandom, type Random } from '@halp/random';
import { expectClose, expectGradientClose, golden } from '@halp/testing';
import { CONTEXT, read } from './embedder.ts';
import { goldenNetwork } from './golden-network.ts';

/** Not used by CMD, which draws no random numbers. */
export const RNG: Random = createRandom(0);
/** The authors' streams. */
export const STREAMS = ['joint', 'motion', 'bone'] as const;
/** The name of a stream. */
export type Name = (typeof STREAMS)[number];

/** The CMD objective and its networks. */
export interface Setup {
  readonly objective: StreamsObjective<ViewPair, Name>;
  readonly networks: Record<Name, { readonly query: Embedder; readonly key: Embedder }>;
  dispose(): void;
}

/** Makes CMD with a query and a key network per stream. */
export function setup(
  network: (stream: Name, seed: number) => Embedder,
  options: Omit<CmdOptions<Name>, 'streams'>,
): Setup {
  const pair = (stream: Name, seed: number): { query: Embedder; key: Embedder } => ({
    query: network(stream, seed),
    key: network(stream, seed + 1),
  });
  const networks = { joint: pair('joint', 1), motion: pair('motion', 3), bone: pair('bone', 5) };
  const objective = cmd({ streams: networks, ...options }, createRandom(7));
  return {
    objective,
    networks,
    dispose: () => {
      objective.dispose();
      for (const { query, key } of Object.values(networks)) {
        query.dispose();
        key.dispose();
      }
    },
  };
}

/** Declares the test against the authors' step, on the backend of the surrounding block. */
export function authorsStepTest(): void {
  it("equals the authors' step (golden case cmd)", async () => {
    const { meta, arrays } = golden('cmd');
    const constants = meta as Record<string, number>;
    const array = (name: string): (typeof arrays)[string] => {
      const found = arrays[name.replaceAll('.', '__')];
      if (found === undefined) throw new RangeError(`cmd has no ${name}`);
      return found;
    };
    const tensor = (name: string): tf.Tensor =>
      tf.tensor(Array.from(array(name).data, Number), [...array(name).shape]);
    const s = setup(goldenNetwork, {
      queueSize: 32,
      dimension: 16,
      temperature: constants['temperature'] as number,
      momentum: constants['momentum'] as number,
      topK: constants['topk'] as number,
      teacherTemperature: constants['teacher_temperature'] as number,
      studentTemperature: constants['student_temperature'] as number,
    });
    const { objective } = s;
    const variables = { ...objective.params, ...objective.state };
    const before = (name: string): tf.Tensor => {
      const value = tensor(`before.${name}`);
      // The authors' queues are [D, K].
      return /^queue(_motion|_bone)?$/.test(name) ? tf.transpose(value) : value;
    };
    for (const [name, variable] of Object.entries(variables)) {
      tf.tidy(() =>
        variable.assign(tf.cast(tf.reshape(before(name), variable.shape), variable.dtype)),
      );
    }
    const held = Object.keys(arrays).filter((name) => name.startsWith('before__'));
    expect(Object.keys(variables)).toHaveLength(held.length);

    const input = tf.tidy(() => ({
      query: tensor('query') as tf.Tensor5D,
      key: tensor('key') as tf.Tensor5D,
    }));
    await objective.beforeStep?.(CONTEXT);
    const parts: Record<string, number> = {};
    const { value, gradients } = valueAndGradients(() => {
      const loss = objective.loss(input, CONTEXT, RNG);
      for (const [name, part] of Object.entries(loss.parts)) parts[name] = read(part)[0] as number;
      return loss.total;
    }, objective.params);

    const infonce = Array.from(array('loss_infonce').data, Number);
    const distillation = Number(array('loss_cmd').data[0]);
    const expected = [...infonce, distillation];
    expect(Object.keys(parts)).toEqual(['infonce_joint', 'infonce_motion', 'infonce_bone', 'cmd']);
    const tolerance = { relative: 1e-4, absolute: 1e-6 };
    expectClose(Object.values(parts), expected, tolerance);
    expectClose(value, [expected.reduce((sum, term) => sum + term)], tolerance);
    for (const [name, gradient] of Object.entries(gradients)) {
      expectGradientClose(gradient, array(`grad.${name}`), { relative: 1e-3 });
    }
    const differentiated = Object.keys(arrays).filter((name) => name.startsWith('grad__'));
    expect(Object.keys(gradients)).toHaveLength(differentiated.length);
    tf.tidy(() => {
      const embeddings = objective.embed(input, createRandom(0));
      for (const stream of STREAMS) {
        const { query, key } = embeddings[stream];
        const negatives = objective.queues[stream].keys;
        const logits = infoNCELogits(query, key, negatives, { temperature: 0.07 });
        expectClose(logits, array(`logits_${stream}`), { relative: 1e-4, absolute: 1e-4 });
      }
    });
    tf.dispose([input, value, gradients]);
    s.dispose();
  });
}
