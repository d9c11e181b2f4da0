import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, it } from 'vitest';
import {
  crossModalDistillation,
  neighbourDistillation,
  type StreamEmbeddings,
} from '@halp/contrastive';
import { checkGradient, expectClose, onEachBackend } from '@halp/testing';
import {
  expectNoGradient,
  largest,
  logSumExp,
  matrix,
  mean,
  messageOf,
  products,
  randomRows,
  type Rows,
  unitRows,
} from '../losses/rows.ts';

const DEFAULTS = { topK: 8192, teacherTemperature: 0.05, studentTemperature: 0.1 };

/** KL(p || q) over the teacher's nearest neighbours, term by term. */
function oracle(teacher: Rows, student: Rows, constants = DEFAULTS): number {
  return mean(
    teacher.map((row, n) => {
      const nearest = largest(row, constants.topK);
      const t = nearest.map((j) => (row[j] as number) / constants.teacherTemperature);
      const s = nearest.map(
        (j) => ((student[n] as readonly number[])[j] as number) / constants.studentTemperature,
      );
      return t.reduce((sum, value, i) => {
        const logP = value - logSumExp(t);
        return sum + Math.exp(logP) * (logP - ((s[i] as number) - logSumExp(s)));
      }, 0);
    }),
  );
}

/** Similarities of unit vectors. */
const similarities = (seed: number, n: number, k: number): Rows =>
  products(unitRows(randomRows(seed, n, 3)), unitRows(randomRows(seed + 1, k, 3)));

interface PlainStream {
  readonly query: Rows;
  readonly key: Rows;
  readonly negatives: Rows;
}
const plainStream = (seed: number): PlainStream => ({
  query: unitRows(randomRows(seed, 4, 3)),
  key: unitRows(randomRows(seed + 1, 4, 3)),
  negatives: unitRows(randomRows(seed + 2, 6, 3)),
});
const stream = ({ query, key, negatives }: PlainStream): StreamEmbeddings => ({
  query: matrix(query),
  key: matrix(key),
  negatives: matrix(negatives),
});

describe('neighbourDistillation', () => {
  onEachBackend(() => {
    it('matches a hand calculation: log 2 - H(p) for equal student similarities of two neighbours', () => {
      tf.tidy(() => {
        // Logits log 3 and 0 give p = (3/4, 1/4); the third key is no neighbour.
        const teacher = tf.tensor2d([[Math.log(3), 0, -9]]);
        const student = tf.tensor2d([[0.5, 0.5, 8]]);
        const loss = neighbourDistillation(teacher, student, {
          topK: 2,
          teacherTemperature: 1,
          studentTemperature: 1,
        });
        const expected = 0.75 * Math.log(0.75 / 0.5) + 0.25 * Math.log(0.25 / 0.5);
        expectClose(loss, [expected], { relative: 1e-6 });
      });
    });

    it('is zero if the student equals the teacher, and positive otherwise', () => {
      tf.tidy(() => {
        const teacher = matrix(similarities(1, 5, 8));
        const constants = { topK: 4, teacherTemperature: 0.1, studentTemperature: 0.1 };
        expectClose(neighbourDistillation(teacher, teacher, constants), [0], { absolute: 1e-6 });
        const sharper = neighbourDistillation(teacher, teacher, { topK: 4 });
        expect(sharper.dataSync()[0]).toBeGreaterThan(0.02);
      });
    });

    it('matches a loop over the definition for any number of neighbours', () => {
      const [teacher, student] = [similarities(3, 5, 8), similarities(5, 5, 8)];
      for (const topK of [1, 3, 8, 9000]) {
        tf.tidy(() =>
          expectClose(
            neighbourDistillation(matrix(teacher), matrix(student), { topK }),
            [oracle(teacher, student, { ...DEFAULTS, topK })],
            { relative: 1e-5, absolute: 1e-6 },
          ),
        );
      }
    });

    it('compares the 8192 nearest keys by default', () => {
      tf.tidy(() => {
        const [teacher, student] = [matrix(randomRows(1, 2, 9000)), matrix(randomRows(2, 2, 9000))];
        const loss = (options = {}): number =>
          neighbourDistillation(teacher, student, {
            teacherTemperature: 9,
            ...options,
          }).dataSync()[0] as number;
        expect(loss()).toBe(loss({ topK: 8192 }));
        expect(loss()).not.toBe(loss({ topK: 9000 }));
      });
    });

    it('compares exactly topK keys when similarities are tied', () => {
      tf.tidy(() => {
        const teacher = tf.ones<tf.Rank.R2>([1, 6]);
        const student = tf.ones<tf.Rank.R2>([1, 6]);
        const loss = tf.grad((s: tf.Tensor) =>
          neighbourDistillation(teacher, s as tf.Tensor2D, { topK: 2 }),
        )(tf.add(student, tf.tensor1d([0, 0.1, 0.2, 0.3, 0.4, 0.5])));
        expect(Array.from(loss.dataSync()).filter((value) => value !== 0)).toHaveLength(2);
      });
    });

    it('matches central differences with respect to the student and has no gradient for the teacher', () => {
      tf.tidy(() => {
        const [teacher, student] = [matrix(similarities(7, 3, 5)), matrix(similarities(9, 3, 5))];
        const constants = { topK: 3, teacherTemperature: 0.5, studentTemperature: 0.7 };
        checkGradient(
          (s) => neighbourDistillation(teacher, s as tf.Tensor2D, constants),
          [student],
        );
        expectNoGradient((t) => neighbourDistillation(t, student, constants), teacher);
      });
    });

    it('rejects similarities of different shapes and constants out of range', () => {
      tf.tidy(() => {
        const loss =
          (a: number[], b: number[], options = {}) =>
          (): unknown =>
            neighbourDistillation(tf.ones(a as [number, number]), tf.ones(b as [number, number]), {
              ...options,
            });
        expect(messageOf(loss([2, 3], [1, 3]))).toBe(
          'neighbourDistillation: expected similarities of one shape [N, K], got [2, 3] and [1, 3]',
        );
        expect(messageOf(loss([2, 3], [2, 3], { topK: 1.5 }))).toBe(
          'neighbourDistillation: expected a positive integer topK, got 1.5',
        );
        expect(messageOf(loss([2, 3], [2, 3], { studentTemperature: 0 }))).toBe(
          'neighbourDistillation: expected a positive studentTemperature, got 0',
        );
      });
    });

    it('is NaN if any similarity is NaN, also of a key that is not a neighbour', () => {
      tf.tidy(() => {
        const good = tf.tensor2d([[0.9, 0.5, 0.1]]);
        const bad = tf.tensor2d([[0.9, 0.5, NaN]]);
        expect(neighbourDistillation(good, bad, { topK: 2 }).dataSync()[0]).toBeNaN();
        expect(neighbourDistillation(bad, good, { topK: 2 }).dataSync()[0]).toBeNaN();
      });
    });
  });
});

describe('crossModalDistillation', () => {
  onEachBackend(() => {
    it('matches a loop over the six ordered pairs of three streams', () => {
      const [joint, motion, bone] = [plainStream(1), plainStream(11), plainStream(21)];
      const all = [joint, motion, bone];
      const constants = { topK: 3, teacherTemperature: 0.2, studentTemperature: 0.4 };
      let expected = 0;
      for (const teacher of all) {
        for (const student of all) {
          if (teacher === student) continue;
          const t = products(teacher.key, teacher.negatives);
          expected += oracle(t, products(student.query, student.negatives), constants);
        }
      }
      tf.tidy(() => {
        const streams = { joint: stream(joint), motion: stream(motion), bone: stream(bone) };
        const loss = crossModalDistillation(streams, constants);
        expectClose(loss, [expected], { relative: 1e-5 });
      });
    });

    it('matches central differences with respect to the queries', () => {
      tf.tidy(() => {
        const [joint, bone] = [stream(plainStream(1)), stream(plainStream(11))];
        checkGradient(
          (q, p) =>
            crossModalDistillation(
              {
                joint: { ...joint, query: q as tf.Tensor2D },
                bone: { ...bone, query: p as tf.Tensor2D },
              },
              { topK: 4, teacherTemperature: 0.5, studentTemperature: 0.5 },
            ),
          [joint.query, bone.query],
        );
      });
    });

    it('rejects a single stream, and streams of different clips or queues', () => {
      tf.tidy(() => {
        const joint = stream(plainStream(1));
        expect(messageOf(() => crossModalDistillation({ joint }))).toBe(
          'crossModalDistillation: expected at least two streams, got 1',
        );
        const fewer = {
          ...joint,
          query: tf.ones<tf.Rank.R2>([1, 3]),
          key: tf.ones<tf.Rank.R2>([1, 3]),
        };
        expect(messageOf(() => crossModalDistillation({ joint, bone: fewer }))).toMatch(
          /got \[1, 3\], \[1, 3\] and \[6, 3\]$/,
        );
        for (const [part, shape] of [
          ['query', [1, 3]],
          ['key', [1, 3]],
          ['negatives', [1, 3]],
          ['negatives', [6, 1]],
        ] as const) {
          const bone = { ...joint, [part]: tf.ones([...shape]) };
          expect(messageOf(() => crossModalDistillation({ joint, bone }))).toMatch(
            /^crossModalDistillation: expected query \[N, D\], key \[N, D\] and negatives \[K, D\]/,
          );
        }
      });
    });
  });
});
