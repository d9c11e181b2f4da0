import { compilePipeline } from '@halp/augment';
import type { Preparation } from '@halp/data';
import { createRandom } from '@halp/random';
import {
  buildTraining,
  likeliest,
  loadEncoder,
  trainedOn,
  type ClassProbability,
  type ClipChanges,
} from '@halp/recipes';
import { openRun } from '@halp/train/node';
import * as tf from '@tensorflow/tfjs-core';
import { readClassifier } from './classifier-file.ts';
import { percent, type Output } from './output.ts';
import { readForRecipe } from './read-for-recipe.ts';
import { recipeOfRun } from './recipe-of-run.ts';
import { modulesOfRun, type ModuleTrust } from './run-modules.ts';
import { changesField, sayChanges } from './say-changes.ts';

/** What to classify, and by what. */
export interface ClassifyOptions extends ModuleTrust {
  /** Skeleton files of any format that is read; of a file with several clips, all. */
  readonly files: readonly string[];
  /** The folder of a run with a classifier. */
  readonly run: string;
  /** What the third number of a joint is, where a file does not say it. */
  readonly channels?: Preparation['channels'];
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
  /** What was changed to bring the clip into the form that the encoder takes; none where nothing was. */
  readonly changes?: ClipChanges;
}

/**
 * What the classifier of a run takes clips for.
 *
 * @throws FormatError if a file or the run cannot be read, or the run has no classifier.
 */
export async function classify(options: ClassifyOptions, output: Output): Promise<Classified[]> {
  const { files, run: path, top = 5, signal } = options;
  const run = await openRun(path);
  const recipe = recipeOfRun(run);
  const modules = await modulesOfRun(run, recipe, options, output);
  const trained = trainedOn(run.manifest);
  const channels = options.channels === undefined ? {} : { channels: options.channels };
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
      for (const { name, clip, changes } of await readForRecipe(recipe, trained, file, channels)) {
        const { data, shape } = view(clip, createRandom(0));
        const features = tf.tidy(() =>
          encoder.encoder.apply(tf.tensor5d(data, [1, ...shape]), 'eval'),
        );
        const found = {
          ...{ file, clip: name },
          top: likeliest(await features.data<'float32'>(), classifier, top),
          ...changesField(changes),
        };
        features.dispose();
        results.push(found);
        sayChanges(`${name}: `, changes, output);
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
