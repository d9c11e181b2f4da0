import { type Bytes, FormatError, formatSafetensors, parseSafetensors } from '@halp/files';
import { fileBytes } from '@halp/files/check';
import type { LinearWeights } from '@halp/protocols';
import { expectObject, gotText } from '@halp/random/check';

/** A linear classifier of an encoder's features, with the names of its classes. */
export interface Classifier extends LinearWeights {
  /** The names of the classes, in the order of the rows. */
  readonly classes: readonly string[];
  /** What it was trained on and how, as text. */
  readonly origin: string;
  /** Its source as plain JSON: the identity of the evaluation that trained it, or the file it was imported from. */
  readonly of?: Readonly<Record<string, unknown>> | undefined;
}

/** A class with its probability. */
export interface ClassProbability {
  /** Name of the class. */
  readonly name: string;
  /** Softmax of the logits, in [0, 1]. */
  readonly probability: number;
}

/** The bytes of a safetensors file with a classifier: `weight` `[classes, D]` and `bias` `[classes]`. */
export function formatClassifier(classifier: Classifier): Uint8Array {
  expectClassifier('formatClassifier', classifier);
  const { weight, bias, classes, origin, of } = classifier;
  const rows = [classes.length, weight.length / classes.length];
  const texts = { classes: JSON.stringify(classes), origin };
  return formatSafetensors(
    {
      weight: { dtype: 'float32', shape: rows, data: weight },
      bias: { dtype: 'float32', shape: [classes.length], data: bias },
    },
    of === undefined ? texts : { ...texts, of: JSON.stringify(of) },
  );
}

/**
 * The classifier in the bytes of a file by {@link formatClassifier}.
 *
 * @param path - The file's name, for error messages.
 * @param features - D, the size of a feature vector.
 * @throws FormatError if the bytes are not a safetensors file, hold no classifier of features of that size, or hold NaN
 * or infinity.
 */
export function parseClassifier(input: Bytes, path: string, features: number): Classifier {
  const bytes = fileBytes('parseClassifier', input);
  const { tensors, metadata } = parseSafetensors(bytes, path);
  const { weight, bias } = tensors;
  const { classes, ...facts } = classifierFacts(metadata, path);
  const fits =
    weight?.data instanceof Float32Array &&
    bias?.data instanceof Float32Array &&
    weight.shape.join() === [classes.length, features].join() &&
    bias.shape.join() === String(classes.length);
  if (!fits) {
    throw new FormatError(
      path,
      `expected weight [${classes.length}, ${features}] and bias [${classes.length}] of float32, ` +
        `got [${weight?.shape.join(', ')}] and [${bias?.shape.join(', ')}]`,
    );
  }
  for (const [name, { data }] of Object.entries({ weight, bias })) {
    const odd = (data as Float32Array).findIndex((value) => !Number.isFinite(value));
    if (odd < 0) continue;
    const got = (data as Float32Array)[odd];
    throw new FormatError(path, `${name}: expected finite numbers, got ${got} at ${odd}`);
  }
  return { weight: weight.data, bias: bias.data, classes, ...facts };
}

/**
 * The facts about a classifier in the metadata of its file.
 *
 * @param path - The file's name, for error messages.
 * @throws FormatError if the classes are missing, or `of` is not JSON.
 */
export function classifierFacts(
  metadata: Readonly<Record<string, string>>,
  path: string,
): Pick<Classifier, 'classes' | 'origin' | 'of'> {
  const { classes = '[]', origin = 'unknown', of } = metadata;
  const names = classNames(classes, path);
  if (of === undefined) return { classes: names, origin };
  try {
    return { classes: names, origin, of: JSON.parse(of) as Readonly<Record<string, unknown>> };
  } catch {
    throw new FormatError(path, `expected JSON as the metadata 'of', got ${of}`);
  }
}

/**
 * The most probable classes of a feature, in descending order: softmax of weight · feature + bias, in float64.
 *
 * @param top - Number of classes to return. Default: all.
 * @throws RangeError if the sizes of feature and weights differ, or classifier or feature hold NaN or infinity.
 */
export function likeliest(
  feature: Float32Array,
  classifier: Classifier,
  top: number = classifier?.classes?.length,
): readonly ClassProbability[] {
  expectClassifier('likeliest', classifier);
  if (!(feature instanceof Float32Array)) {
    throw new TypeError(
      `likeliest: expected a feature in a Float32Array, got ${gotText(feature)}; convert it with Float32Array.from`,
    );
  }
  const { weight, bias, classes } = classifier;
  const D = weight.length / bias.length;
  if (feature.length !== D) {
    throw new RangeError(`likeliest: expected a feature of ${D} numbers, got ${feature.length}`);
  }
  const logits = Float64Array.from(bias, (offset, c) => {
    let sum = offset;
    for (let d = 0; d < D; d++) sum += (weight[c * D + d] as number) * (feature[d] as number);
    return sum;
  });
  const odd = logits.findIndex((logit) => !Number.isFinite(logit));
  if (odd >= 0) {
    const what = feature.every(Number.isFinite) ? 'classifier' : 'feature';
    throw new RangeError(
      `likeliest: expected a ${what} of finite numbers, got the logit ${logits[odd]} of class ${odd}`,
    );
  }
  const largest = logits.reduce((a, b) => Math.max(a, b));
  const sum = logits.reduce((total, logit) => total + Math.exp(logit - largest), 0);
  return Array.from(logits, (logit, c) => ({
    name: classes[c] as string,
    probability: Math.exp(logit - largest) / sum,
  }))
    .sort((a, b) => b.probability - a.probability)
    .slice(0, top);
}

function classNames(text: string, path: string): readonly string[] {
  let names: unknown;
  try {
    names = JSON.parse(text);
  } catch {
    names = undefined;
  }
  if (Array.isArray(names) && names.every((name) => typeof name === 'string')) return names;
  throw new FormatError(path, 'expected the metadata classes to be a list of names in JSON');
}

function expectClassifier(caller: string, classifier: Classifier): void {
  const { weight, bias, classes } = expectObject(caller, classifier, 'a classifier');
  const typed = weight instanceof Float32Array && bias instanceof Float32Array;
  if (typed && Array.isArray(classes)) return;
  throw new TypeError(
    `${caller}: expected a classifier with weight and bias in a Float32Array and classes, got ${gotText(classifier)}`,
  );
}
