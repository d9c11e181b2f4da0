import { readdir } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { FormatError, parseSafetensorsHeader } from '@halp/files';
import { readRegularFile, writeInside } from '@halp/files/node';
import { type Classifier, classifierFacts, formatClassifier, parseClassifier } from '@halp/recipes';
import type { TrainingPosition } from '@halp/train';
import type { RunFolder } from '@halp/train/node';
import { dataDifference, trainingData } from '../run/data-checksums.ts';
import type { EvaluationIdentity } from './evaluation-identity.ts';

const FOLDER = 'classifiers';
const ENDING = '.safetensors';
/** The name of the classifier of an imported checkpoint. */
export const IMPORTED = 'imported';
/** The name of the only classifier of a run in the older folder format. */
const UNNAMED = 'classifier';

/** A classifier in a run folder, and the checkpoint it belongs to. */
export interface SavedClassifier {
  /** Its name, for choosing one. */
  readonly name: string;
  /** The path of its file. */
  readonly path: string;
  /** The number of its classes. */
  readonly classes: number;
  /** How it was trained, in words. */
  readonly origin: string;
  /** The number of epochs of the encoder it was trained on; undefined if its file does not say. */
  readonly epoch?: number | undefined;
  /** Steps into the next epoch, if that encoder was saved inside one. */
  readonly iteration?: number | undefined;
  /** Whether it has the classes of the run's own data set, or came with an imported checkpoint. */
  readonly isOwn: boolean;
}

/** Writes `classifiers/<name>.safetensors` into a run folder. */
export async function writeClassifier(
  { path }: Pick<RunFolder, 'path'>,
  name: string,
  classifier: Classifier,
): Promise<void> {
  await writeInside(path, join(FOLDER, `${name}${ENDING}`), formatClassifier(classifier));
}

/**
 * The classifiers in a run folder, ordered by name; that of the older folder format is called `classifier`.
 *
 * @throws FormatError if a file is not a classifier.
 */
export async function savedClassifiers(run: RunFolder): Promise<readonly SavedClassifier[]> {
  const names = (await filesIn(join(run.path, FOLDER)))
    .filter((file) => file.endsWith(ENDING))
    .map((file) => join(FOLDER, file));
  const old = (await filesIn(run.path)).filter((file) => file === `${UNNAMED}${ENDING}`);
  return Promise.all([...names.sort(), ...old].map((file) => savedClassifier(run, file)));
}

/**
 * The classifier of that name; without a name, the only one that belongs to the encoder at `position` and has the classes
 * of the run's own data set, or was imported with the encoder.
 *
 * @throws FormatError if the run has no classifier.
 * @throws RangeError if none or several fit; the message lists them.
 */
export async function chooseClassifier(
  run: RunFolder,
  position: TrainingPosition,
  name?: string,
): Promise<SavedClassifier> {
  const all = await savedClassifiers(run);
  if (all.length === 0) {
    throw new FormatError(
      join(run.path, FOLDER),
      'expected a classifier of the run, got none; evaluate the run by the protocol linear, or import a checkpoint that has one',
    );
  }
  const found =
    name === undefined
      ? all.filter((each) => each.isOwn && belongsTo(each, position))
      : all.filter((each) => each.name === name);
  const [only, ...more] = found;
  if (only !== undefined && more.length === 0) return only;
  const wanted =
    name === undefined
      ? `one classifier of the run's own data set after ${position.epoch} epochs`
      : `a classifier named '${name}'`;
  const listed = (found.length > 1 ? found : all).map(describeClassifier).join('; ');
  throw new RangeError(
    `classify: expected ${wanted}, got ${listed}; choose one with option classifier`,
  );
}

/**
 * Reads a classifier.
 *
 * @param features - D, the number of features of the encoder.
 * @throws FormatError if the classifier has another number of features.
 */
export async function readClassifier(
  { path }: SavedClassifier,
  features: number,
): Promise<Classifier> {
  return parseClassifier(await readRegularFile(path), path, features);
}

/** A classifier in words: `imported (60 classes, from model.pt)`, `epoch-0020-linear (6 classes, seed 0)`. */
export function describeClassifier({
  name,
  classes,
  origin,
}: Pick<SavedClassifier, 'name' | 'classes' | 'origin'>): string {
  // The origin of a classifier of this run begins with the name.
  const facts = origin.split(', ').filter((fact, i) => i > 0 || fact !== name);
  return `${name} (${[`${classes} classes`, ...facts].join(', ')})`;
}

function belongsTo({ epoch, iteration }: SavedClassifier, position: TrainingPosition): boolean {
  return (
    epoch === undefined || (epoch === position.epoch && iteration === position.within?.iteration)
  );
}

async function savedClassifier(run: RunFolder, file: string): Promise<SavedClassifier> {
  const path = join(run.path, file);
  const { metadata } = parseSafetensorsHeader(await readRegularFile(path), path);
  const { classes, origin, of = {} } = classifierFacts(metadata, path);
  const name = basename(file, ENDING);
  const facts = { name, path, classes: classes.length, origin };
  const { identity, importedFrom } = of as {
    readonly identity?: EvaluationIdentity;
    readonly importedFrom?: { readonly epoch: number };
  };
  if (importedFrom !== undefined) return { ...facts, epoch: importedFrom.epoch, isOwn: true };
  if (identity === undefined) return { ...facts, ...factsOfOrigin(origin) };
  const { epoch, iteration, data } = identity;
  return {
    ...facts,
    epoch,
    iteration,
    isOwn: dataDifference(trainingData(run.manifest), data) === undefined,
  };
}

/** Parses the origin in older files: `epoch-0300-linear-on-pkummd2-xsub, seed 0`, or the name of an imported file. */
function factsOfOrigin(origin: string): Pick<SavedClassifier, 'epoch' | 'isOwn'> {
  const [, epoch, on] = /^epoch-(\d+)-linear(-on-\S+)?, seed \d+$/.exec(origin) ?? [];
  return epoch === undefined ? { isOwn: true } : { epoch: Number(epoch), isOwn: on === undefined };
}

function filesIn(folder: string): Promise<string[]> {
  return readdir(folder).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'ENOENT') throw error;
    return [];
  });
}
