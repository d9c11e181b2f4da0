import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { startBackend } from '@halp/backend';
import { biGru, projectionHead, withHead } from '@halp/encoders';
import { createRandom } from '@halp/random';
import { objective as mamp } from '../mamp.ts';
import { layout, parts, persons, views } from './small.ts';

beforeAll(() => startBackend());

const context = { epoch: 0, iteration: 0, step: 0, samples: 0 };
const small = { decoderWidth: 4, decoderHeads: 2 };

function withObjective<Result>(
  options: Record<string, number>,
  work: (objective: ReturnType<typeof mamp>, given: ReturnType<typeof parts>) => Result,
): Result {
  const given = parts(createRandom(0));
  const objective = mamp({ ...small, ...options }, given, createRandom(1));
  try {
    return work(objective, given);
  } finally {
    objective.dispose();
    given.dispose();
  }
}

/** The loss, a number, of views and a stream. */
function lossOf(objective: ReturnType<typeof mamp>, input: ReturnType<typeof views>): number {
  return tf.tidy(
    () => objective.loss(input, context, createRandom(2)).total.dataSync()[0],
  ) as number;
}

/** The motion of every token as plain loops, standardised: rows by clip, then person; `[row][token][number]`. */
function targets(x: tf.Tensor5D): number[][][] {
  const values = x.arraySync();
  const rows: number[][][] = [];
  for (let n = 0; n < 3; n++)
    for (let m = 0; m < persons; m++) {
      const row: number[][] = [];
      for (let s = 0; s < 4; s++)
        for (let v = 0; v < 4; v++) {
          const motion: number[] = [];
          for (let c = 0; c < 3; c++)
            for (const t of [2 * s, 2 * s + 1]) {
              const at = (frame: number): number => values[n]?.[c]?.[frame]?.[v]?.[m] as number;
              motion.push(t === 7 ? 0 : at(t + 1) - at(t));
            }
          const mean = motion.reduce((a, b) => a + b) / 6;
          const variance = motion.reduce((a, b) => a + (b - mean) ** 2, 0) / 6;
          row.push(motion.map((each) => (each - mean) / Math.sqrt(variance + 1e-6)));
        }
      rows.push(row);
    }
  return rows;
}

/** What gumbelTopK masks for the intensities of the clips. */
function masksOf(x: tf.Tensor5D, count: number, temperature: number): number[][] {
  const values = x.arraySync();
  const rng = createRandom(2).fork('mask');
  const rows: number[][] = [];
  for (let n = 0; n < 3; n++)
    for (let m = 0; m < persons; m++) {
      const sums: number[] = [];
      for (let s = 0; s < 4; s++)
        for (let v = 0; v < 4; v++) {
          let sum = 0;
          for (let c = 0; c < 3; c++)
            for (const t of [2 * s, 2 * s + 1]) {
              const at = (frame: number): number => values[n]?.[c]?.[frame]?.[v]?.[m] as number;
              if (t < 7) sum += Math.abs(at(t + 1) - at(t));
            }
          sums.push(sum);
        }
      const most = Math.max(...sums);
      const keys = sums.map((sum) => sum / most / temperature - Math.log(-Math.log(rng.uniform())));
      const order = keys.map((_, i) => i).sort((a, b) => (keys[b] as number) - (keys[a] as number));
      rows.push(order.slice(0, count));
    }
  return rows;
}

describe('MAMP', () => {
  it('with predictions of b loses the mean of (b − target)² over the masked tokens, by plain loops', () => {
    withObjective({ maskRatio: 0.75, temperature: 0.3 }, (objective) => {
      tf.tidy(() => {
        const bias = [0.5, -1, 2, 0, 0.25, -0.75];
        for (const [name, value] of Object.entries(objective.params)) {
          if (name === 'decoder.pred.weight') value.assign(tf.zeros(value.shape));
          if (name === 'decoder.pred.bias') value.assign(tf.tensor1d(bias));
        }
        const input = views(1);
        const wanted = targets(input.query);
        const masks = masksOf(input.query, 12, 0.3);
        let sum = 0;
        for (const [r, row] of masks.entries())
          for (const l of row)
            for (const [f, b] of bias.entries())
              sum += (b - (wanted[r]?.[l]?.[f] as number)) ** 2 / (6 * 12 * 6);
        expect(Math.abs(lossOf(objective, input) - sum)).toBeLessThan(1e-5);
      });
    });
  });

  it('reads the query view only', () => {
    withObjective({}, (objective) => {
      tf.tidy(() => {
        const { query, key } = views(1);
        const other = { query, key: tf.mul<tf.Tensor5D>(key, 3) };
        expect(lossOf(objective, other)).toBe(lossOf(objective, { query, key }));
      });
    });
  });

  it('predicts without the coordinates of masked tokens', () => {
    withObjective({ maskRatio: 0.75 }, (objective) => {
      tf.tidy(() => {
        // Adding a constant to a token that is masked with all tokens of its joint changes no motion, so neither masks nor
        // targets change; the prediction may not either.
        const { query, key } = views(1);
        const masks = masksOf(query, 12, 0.8);
        const joint = [0, 1, 2, 3].find((v) =>
          [0, 1, 2, 3].every((s) => masks[0]?.includes(4 * s + v)),
        );
        expect(joint).toBeDefined();
        const moved = query.arraySync();
        for (const channel of moved[0] ?? [])
          for (const frame of channel)
            (frame[joint as number] as number[])[0] = (frame[joint as number]?.[0] as number) + 7;
        const loss = lossOf(objective, { query, key });
        const same = lossOf(objective, { query: tf.tensor5d(moved), key });
        // Rounding of x + 7.
        expect(Math.abs(same - loss)).toBeLessThan(1e-5);
        const visible = [0, 1, 2, 3].find((v) => v !== joint) as number;
        for (const channel of moved[0] ?? [])
          for (const frame of channel)
            (frame[visible] as number[])[0] = (frame[visible]?.[0] as number) + 7;
        expect(
          Math.abs(lossOf(objective, { query: tf.tensor5d(moved), key }) - loss),
        ).toBeGreaterThan(1e-4);
      });
    });
  });

  it('trains the encoder and the decoder, and not the head', () => {
    withObjective({}, (objective, { query }) => {
      const names = Object.keys(objective.params);
      const ofEncoder = names.filter((name) => name.startsWith('encoder_q.'));
      expect(ofEncoder).toEqual(
        Object.keys(query.encoder.params).map((name) => `encoder_q.${name}`),
      );
      expect(names.filter((name) => !/^(encoder_q|decoder)\./.test(name))).toEqual([]);
    });
  });

  it('refuses options that it does not have or cannot use', () => {
    const make = (options: object) => () => withObjective(options as never, () => undefined);
    expect(make({ maskRatio: 1 })).toThrow(
      new RangeError('mamp: expected maskRatio in (0, 1), got 1'),
    );
    expect(make({ temperature: 0 })).toThrow('mamp: expected a positive temperature, got 0');
    expect(make({ stride: 0 })).toThrow(RangeError);
    expect(make({ masks: 0.5 })).toThrow('mamp: expected options among maskRatio');
    expect(make({ maskRatio: '0.9' })).toThrow('mamp: expected maskRatio to be a number');
  });

  it('refuses an encoder without tokens', () => {
    const network = withHead(
      biGru({ joints: 4, persons, hidden: 2, layers: 1 }, createRandom(0)),
      projectionHead({ inputs: 4, hidden: 4, outputs: 4 }, createRandom(0)),
    );
    const given = { query: network, key: network, streams: {}, layout, persons, dimension: 4 };
    expect(() => mamp({}, given, createRandom(0))).toThrow(
      "mamp: expected an encoder with tokens, got one without; use encoder: { kind: 'transformer', … } in the recipe",
    );
    network.dispose();
  });
});
