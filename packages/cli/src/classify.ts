import { compilePipeline } from '@halp/augment';
import { createRandom } from '@halp/random';
import {
  buildTraining,
  likeliest,
  loadEncoder,
  type ClassProbability,
  type Recipe,
} from '@halp/recipes';
import { openRun } from '@halp/train/node';
import * as tf from '@tensorflow/tfjs-core';
import { readClassifier } from './classifier-file.ts';
import { percent, type Output } from './output.ts';
import { readForRecipe } from './read-for-recipe.ts';
import { modulesOfRun, type ModuleTrust } from './run-modules.ts';

/** What to classify, and by what. */
export interface ClassifyOptions extends ModuleTrust {
  /** Skeleton files of any format that is read; of a file with several clips, all. */
  readonly files: readonly string[];
  /** The folder of a run with a classifier. */
  readonly run: string;
  /** How many classes are named; 5 unless given. */
  readonly top?: number;
  /** Stops between two files. */
  readonly signal?: AbortSignal;
}

/** A clip and what it is taken for. */
export interface Classified {
  /** The file. */
  readonly file: string;
  /** The clip's name in it. */
  readonly clip: string;
  /** The likeliest classes, first the likeliest. */
  readonly top: readonly ClassProbability[];
}

/**
 * What the classifier of a run takes clips for.
 *
 * @throws FormatError if a file or the run cannot be read, or the run has no classifier.
 */
export async function classify(options: ClassifyOptions, output: Output): Promise<Classified[]> {
  const { files, run: path, top = 5, signal } = options;
  const run = await openRun(path);
  const recipe = run.manifest.recipe as Recipe;
  const modules = await modulesOfRun(run, recipe, options, output);
  const training = buildTraining(
    recipe,
    createRandom(run.manifest.seed),
    await loadEncoder(recipe, { modules }),
  );
  try {
    await run.read(training);
    const [encoder, ...more] = training.encoders;
    if (encoder === undefined || more.length > 0) {
      throw new RangeError('classify: expected a run of one stream, got several');
    }
    const classifier = await readClassifier(path, encoder.encoder.featureSize);
    const view = await compilePipeline(recipe.evaluation.view, { modules });
    const results: Classified[] = [];
    for (const file of files) {
      signal?.throwIfAborted();
      for (const { name, clip } of await readForRecipe(recipe, file)) {
        const { data, shape } = view(clip, createRandom(0));
        const features = tf.tidy(() =>
          encoder.encoder.apply(tf.tensor5d(data, [1, ...shape]), 'eval'),
        );
        const found = {
          ...{ file, clip: name },
          top: likeliest(await features.data<'float32'>(), classifier, top),
        };
        features.dispose();
        results.push(found);
        output.line(describe(found));
      }
    }
    return results;
  } finally {
    training.dispose();
  }
}

function describe({ clip, top }: Classified): string {
  return `${clip}: ${top.map(({ name, probability }) => `${name} ${percent(probability)}`).join(', ')}`;
}
