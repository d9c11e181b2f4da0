import { compilePipeline } from '@halp/augment';
import type { Preparation } from '@halp/data';
import { createRandom } from '@halp/random';
import { likeliest, trainedOn, type ClassProbability, type ClipChanges } from '@halp/recipes';
import { openRun, type RunFolder } from '@halp/train/node';
import * as tf from '@tensorflow/tfjs-core';
import { checkCall } from '../run/check-call.ts';
import {
  chooseClassifier,
  describeClassifier,
  readClassifier,
  type SavedClassifier,
} from '../evaluate/classifiers.ts';
import { loadRun, type LoadedRun } from '../run/load-run.ts';
import { ignore, note, type Remark } from '../run/events.ts';
import { readForRecipe } from '../features/read-for-recipe.ts';
import { recipeOfRun } from '../run/recipe-of-run.ts';
import { modulesOfRun, type ModuleTrust } from '../run/modules.ts';
import { changesField, sayClipChanges, type Changed } from '../run/say-changes.ts';

/** What to classify, and by what. */
export interface ClassifyOptions extends ModuleTrust {
  /** Skeleton files of any format that is read; of a file with several clips, all. */
  readonly files: readonly string[];
  /** The folder of a run with a classifier. */
  readonly run: string;
  /** What the third number of a joint is, where a file does not say it. */
  readonly channels?: Preparation['channels'] | undefined;
  /** The name of the run's classifier; needed only where several could be meant. */
  readonly classifier?: string | undefined;
  /** How many classes are named; 5 unless given. */
  readonly top?: number | undefined;
  /** Hears which classifier it is, every clip as it is classified, and what is changed in clips. Default: nobody. */
  readonly onEvent?: ((event: ClassifyEvent) => void) | undefined;
  /** Stops between two files. */
  readonly signal?: AbortSignal | undefined;
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

/** A clip was classified. */
export interface ClassifiedEvent {
  /** Which event. */
  readonly kind: 'classified';
  /** The clip and its classes. */
  readonly result: Classified;
}

/** What {@link classify} says while it works. */
export type ClassifyEvent = Remark | ClassifiedEvent;

/**
 * What the classifier of a run takes clips for: the one that belongs to the last checkpoint and names the classes of the
 * run's own data set, or came with an imported checkpoint; or the one asked for, with the encoder that it was learned on.
 *
 * @throws FormatError if a file or the run cannot be read, or the run has no classifier.
 * @throws RangeError if several classifiers could be meant, with their names.
 */
export async function classify(options: ClassifyOptions): Promise<Classified[]> {
  checkCall('classify', options, {
    ...{ texts: ['run'], lists: ['files'], integers: { top: 1 } },
  });
  const { files, run: path, top = 5, signal, onEvent = ignore } = options;
  const run = await openRun(path);
  const recipe = recipeOfRun(run);
  if (recipe.stream === '3s') {
    throw new RangeError(
      `classify: expected a run of one stream, joint, bone or motion, got three in ${path}; ` +
        'halp evaluate linear says what they are worth together',
    );
  }
  const modules = await modulesOfRun(run, recipe, options, onEvent);
  const trained = trainedOn(run.manifest);
  const channels = options.channels === undefined ? {} : { channels: options.channels };
  const { training, chosen } = await loadWithClassifier(run, modules, options.classifier);
  try {
    const [encoder, ...more] = training.encoders;
    if (encoder === undefined || more.length > 0) {
      throw new RangeError('classify: expected a run of one stream, got several');
    }
    const classifier = await readClassifier(chosen, encoder.encoder.featureSize);
    note(onEvent, `classifier ${describeClassifier(chosen)}`);
    const view = await compilePipeline(recipe.evaluation.view, { modules });
    const results: Classified[] = [];
    const seen: Changed[] = [];
    try {
      for (const file of files) {
        signal?.throwIfAborted();
        for (const read of await readForRecipe(recipe, trained, file, channels)) {
          const { data, shape } = view(read.clip, createRandom(0));
          const features = tf.tidy(() =>
            encoder.encoder.apply(tf.tensor5d(data, [1, ...shape]), 'eval'),
          );
          const found = {
            ...{ file, clip: read.name },
            top: likeliest(await features.data<'float32'>(), classifier, top),
            ...changesField(read.changes),
          };
          features.dispose();
          results.push(found);
          seen.push({ name: read.name, changes: read.changes });
          onEvent({ kind: 'classified', result: found });
        }
      }
    } finally {
      sayClipChanges(seen, onEvent);
    }
    return results;
  } finally {
    training.dispose();
  }
}

/** The networks of a run and the classifier that is meant, which belong together. */
async function loadWithClassifier(
  run: RunFolder,
  modules: readonly string[],
  name: string | undefined,
): Promise<LoadedRun & { readonly chosen: SavedClassifier }> {
  const last = await loadRun(run, modules);
  try {
    const chosen = await chooseClassifier(run, last.position, name);
    const { epoch, iteration } = chosen;
    const isLast = epoch === last.position.epoch && iteration === last.position.within?.iteration;
    if (epoch === undefined || isLast) return { ...last, chosen };
    if (iteration !== undefined) {
      throw new RangeError(
        `classify: expected a classifier of a checkpoint that is there, got ${chosen.name}, learned inside epoch ${epoch}; learn one again`,
      );
    }
    const loaded = await loadRun(run, modules, epoch);
    last.training.dispose();
    return { ...loaded, chosen };
  } catch (error) {
    last.training.dispose();
    throw error;
  }
}
