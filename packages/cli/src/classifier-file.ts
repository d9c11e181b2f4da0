import { join } from 'node:path';
import { FormatError } from '@halp/files';
import { readRegularFile, writeFileAtomic } from '@halp/files/node';
import { formatClassifier, parseClassifier, type Classifier } from '@halp/recipes';

const NAME = 'classifier.safetensors';

/** Writes the classifier of a run. */
export async function writeClassifier(run: string, classifier: Classifier): Promise<void> {
  await writeFileAtomic(join(run, NAME), formatClassifier(classifier));
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
    bytes = await readRegularFile(path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    throw new FormatError(
      path,
      'expected the classifier of the run, got none; learn one with halp evaluate linear, or import a checkpoint that has one',
    );
  }
  return parseClassifier(bytes, path, features);
}
