import * as tf from '@tensorflow/tfjs-core';
import { withoutGradient } from '@halp/nn';
import {
  expectObject,
  expectOptions,
  expectPositiveIntegers,
  type OptionNames,
} from '@halp/random/check';
import { expectTemperature, expectTensors, shapeText } from '../check.ts';
import type { Embeddings } from '../parts/anchored-objective.ts';
import { logSoftmax, REMOVED } from '../parts/log-softmax.ts';
import { nearestMask } from '../parts/nearest-mask.ts';
import type { PerStream } from '../parts/streams-objective.ts';

/** Neighbours and temperatures of {@link crossModalDistillation}. */
export interface DistillationOptions {
  /** Number of the teacher's nearest keys that are compared, at most all K. Default: 8192. */
  readonly topK?: number;
  /** Temperature > 0 of the teacher's distribution. Default: 0.05. */
  readonly teacherTemperature?: number;
  /** Temperature > 0 of the student's distribution. Default: 0.1. */
  readonly studentTemperature?: number;
}

/** The embeddings of a stream and the keys to compare them with. */
export interface StreamEmbeddings extends Embeddings {
  /** Keys of earlier steps, unit rows `[K, D]`; row j of every stream belongs to the same clip. */
  readonly negatives: tf.Tensor2D;
}

const optionNames: OptionNames<DistillationOptions> = {
  topK: true,
  teacherTemperature: true,
  studentTemperature: true,
};

/**
 * The divergence of the student's distribution over the teacher's nearest neighbours from the teacher's: the mean over the batch of KL(p || q), at least 0, with p = softmax of the teacher's similarities to its
 * `topK` nearest keys / teacherTemperature, and q = softmax of the student's similarities to the same
 * keys / studentTemperature.
 *
 * Source: Mao et al., CMD (ECCV 2022, arXiv 2208.12448), neighbouring similarity distribution; `loss_kld` and
 * `MoCo.forward` of its code (moco/builder_cmd.py). Only the student receives a gradient.
 *
 * @param teacher - similarities `[N, K]`, not divided by a temperature.
 * @param student - similarities `[N, K]` to the keys of the same clips.
 * @throws RangeError if the shapes differ or an option is outside its range.
 *
 * @example
 * ```ts
 * const similarities = tf.tensor2d([[0.9, 0.1, -0.3]]);
 * const same = { topK: 2, teacherTemperature: 0.1, studentTemperature: 0.1 };
 * neighbourDistillation(similarities, similarities, same).print(); // 0
 * ```
 */
export function neighbourDistillation(
  teacher: tf.Tensor2D,
  student: tf.Tensor2D,
  options: DistillationOptions = {},
): tf.Scalar {
  const constants = checkedDistillation(
    'neighbourDistillation',
    expectOptions('neighbourDistillation', options, optionNames),
  );
  expectTensors('neighbourDistillation', { 'the teacher': teacher, 'the student': student });
  const alike = tf.util.arraysEqual(teacher.shape, student.shape);
  if (teacher.rank !== 2 || teacher.size === 0 || !alike) {
    throw new RangeError(
      `neighbourDistillation: expected similarities of one shape [N, K], ` +
        `got ${shapeText(teacher)} and ${shapeText(student)}`,
    );
  }
  return tf.tidy(() => divergence(targetOf(teacher, constants), student, constants));
}

/**
 * CMD's cross-modal mutual distillation loss: the sum of {@link neighbourDistillation} over all ordered pairs of
 * streams (six for joint, motion and bone). The teacher's similarities are key . negatives of its stream,
 * the student's query . negatives of its stream.
 *
 * Source: Mao et al., CMD (ECCV 2022, arXiv 2208.12448); `MoCo.forward` of its code (moco/builder_cmd.py).
 *
 * @param streams - unit embeddings of the same clips in each stream. Only the queries receive a gradient.
 * @throws RangeError if there are fewer than two streams, their shapes do not match, or an option is
 * outside its range.
 * @remarks The authors' code fails if the queue is shorter than `topK`; here the whole queue is used in that case.
 *
 * @example
 * ```ts
 * const loss = crossModalDistillation({
 *   joint: { query, key, negatives },
 *   bone: { query: boneQuery, key: boneKey, negatives: boneNegatives },
 * });
 * ```
 */
export function crossModalDistillation<Name extends string>(
  streams: PerStream<Name, StreamEmbeddings>,
  options: DistillationOptions = {},
): tf.Scalar {
  const constants = checkedDistillation(
    'crossModalDistillation',
    expectOptions('crossModalDistillation', options, optionNames),
  );
  expectObject('crossModalDistillation', streams, 'streams by name');
  const all = Object.values<StreamEmbeddings>(streams);
  checkStreams(all);
  return tf.tidy(() => {
    const targets = all.map(({ key, negatives }) =>
      targetOf(similarities(key, negatives), constants),
    );
    const students = all.map(({ query, negatives }) => similarities(query, negatives));
    const terms = targets.flatMap((target, teacher) =>
      students
        .filter((_, student) => student !== teacher)
        .map((student) => divergence(target, student, constants)),
    );
    return tf.addN(terms);
  });
}

/** The teacher's distribution. */
interface Target {
  /** p `[N, K]`, 0 for keys that are not among the nearest. */
  readonly probabilities: tf.Tensor2D;
  /** `[N, K]`: added to logits, it removes those keys from the softmax. */
  readonly removed: tf.Tensor2D;
  /** sum p log p, averaged over N. */
  readonly negativeEntropy: tf.Scalar;
}

function targetOf(
  teacher: tf.Tensor2D,
  { topK, teacherTemperature }: Required<DistillationOptions>,
): Target {
  const removed = withoutGradient(() =>
    tf.mul<tf.Tensor2D>(tf.sub(1, nearestMask(teacher, topK)), REMOVED),
  );
  const logProbabilities = withoutGradient(() =>
    logSoftmax(tf.add(tf.div(teacher, teacherTemperature), removed)),
  );
  const probabilities = withoutGradient(() => tf.exp(logProbabilities));
  const negativeEntropy = withoutGradient(() => rowMean(tf.mul(probabilities, logProbabilities)));
  return { probabilities, removed, negativeEntropy };
}

function divergence(
  { probabilities, removed, negativeEntropy }: Target,
  student: tf.Tensor2D,
  { studentTemperature }: Required<DistillationOptions>,
): tf.Scalar {
  const logStudent = logSoftmax(tf.add(tf.div(student, studentTemperature), removed));
  return tf.sub(negativeEntropy, rowMean(tf.mul(probabilities, logStudent)));
}

function similarities(rows: tf.Tensor2D, keys: tf.Tensor2D): tf.Tensor2D {
  return tf.matMul(rows, keys, false, true);
}

/** The sum of each row, averaged over the rows. */
function rowMean(matrix: tf.Tensor2D): tf.Scalar {
  return tf.mean<tf.Scalar>(tf.sum(matrix, 1));
}

/** The options with their defaults; throws if one is outside its range. */
export function checkedDistillation(
  caller: string,
  options: DistillationOptions,
): Required<DistillationOptions> {
  const { topK = 8192, teacherTemperature = 0.05, studentTemperature = 0.1 } = options;
  expectPositiveIntegers(caller, { topK });
  expectTemperature(caller, teacherTemperature, 'teacherTemperature');
  expectTemperature(caller, studentTemperature, 'studentTemperature');
  return { topK, teacherTemperature, studentTemperature };
}

function checkStreams(streams: readonly StreamEmbeddings[]): void {
  if (streams.length < 2) {
    throw new RangeError(
      `crossModalDistillation: expected at least two streams, got ${streams.length}`,
    );
  }
  for (const { query, key, negatives } of streams) {
    expectTensors('crossModalDistillation', { query, key, negatives });
  }
  const [first] = streams as [StreamEmbeddings];
  const fits = ({ query, key, negatives }: StreamEmbeddings): boolean =>
    query.rank === 2 &&
    query.size > 0 &&
    tf.util.arraysEqual(query.shape, key.shape) &&
    negatives.rank === 2 &&
    negatives.shape[1] === query.shape[1] &&
    query.shape[0] === first.query.shape[0] &&
    negatives.shape[0] === first.negatives.shape[0] &&
    negatives.size > 0;
  const wrong = streams.find((stream) => !fits(stream));
  if (wrong !== undefined) {
    throw new RangeError(
      `crossModalDistillation: expected query [N, D], key [N, D] and negatives [K, D] with one N and one K ` +
        `in all streams, got ${shapeText(wrong.query)}, ${shapeText(wrong.key)} and ${shapeText(wrong.negatives)}`,
    );
  }
}
