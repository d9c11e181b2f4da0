import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { FormatError, formatSafetensors, parseSafetensors } from '@halp/files';
import { writeFileAtomic } from '@halp/files/node';
import type { LinearWeights } from '@halp/protocols';

/** A linear classifier of a run's features, with the names of its classes. */
export interface Classifier extends LinearWeights {
  /** The names of the classes, in the order of the rows. */
  readonly classes: readonly string[];
  /** What it was learned from and how, in words. */
  readonly origin: string;
}

const NAME = 'classifier.safetensors';

/** Writes the classifier of a run: `weight` `[classes, D]` and `bias` `[classes]`. */
export async function writeClassifier(run: string, classifier: Classifier): Promise<void> {
  const { weight, bias, classes, origin } = classifier;
  const bytes = formatSafetensors(
    {
      weight: {
        dtype: 'float32',
        shape: [classes.length, weight.length / classes.length],
        data: weight,
      },
      bias: { dtype: 'float32', shape: [classes.length], data: bias },
    },
    { classes: JSON.stringify(classes), origin },
  );
  await writeFileAtomic(join(run, NAME), bytes);
}

/**
 * The classifier of a run.
 *
 * @throws FormatError if there is none, or it is not of `features` numbers.
 */
export async function readClassifier(run: string, features: number): Promise<Classifier> {
  const path = join(run, NAME);
  let bytes: Uint8Array;
  try {
    bytes = await readFile(path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    throw new FormatError(
      path,
      'expected the classifier of the run, got none; learn one with halp evaluate linear, or import a checkpoint that has one',
    );
  }
  const { tensors, metadata } = parseSafetensors(bytes, path);
  const { weight, bias } = tensors;
  const classes = JSON.parse(metadata['classes'] ?? '[]') as readonly string[];
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
  return {
    weight: weight.data,
    bias: bias.data,
    classes,
    origin: metadata['origin'] ?? 'unknown',
  };
}
