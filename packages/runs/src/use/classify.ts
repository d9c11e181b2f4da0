import type { Preparation } from '@halp/data';
import { readRawClips } from '@halp/data/node';
import { type ClassProbability, type ClipChanges, likeliest } from '@halp/recipes';
import { layoutOf } from '@halp/skeleton';
import { describeClassifier, readClassifier } from '../evaluate/classifiers.ts';
import { checkCall, type OptionChecks } from '../run/check-call.ts';
import { ignore, note, type Remark } from '../run/events.ts';
import { expectRunning } from '../run/expect-running.ts';
import type { ModuleTrust } from '../run/modules.ts';
import {
  aListOfPaths,
  anInteger,
  aPath,
  aString,
  channels,
  eventsAndSignal,
  moduleTrust,
  optional,
} from '../run/option-checks.ts';
import { anyChanges, type Changed, sayClipChanges } from '../run/say-changes.ts';
import { openClassifier } from './load.ts';

/** Which files to classify, and with which run. */
export interface ClassifyOptions extends ModuleTrust {
  /** Skeleton files of any supported format; all clips of a file are classified. */
  readonly files: readonly string[];
  /** The folder of a run with a classifier. */
  readonly run: string;
  /** What the third number of a joint is, if a file does not state it. */
  readonly channels?: Preparation['channels'] | undefined;
  /** The name of the run's classifier; required only if several fit. */
  readonly classifier?: string | undefined;
  /** The number of most likely classes to return. Default: 5. */
  readonly top?: number | undefined;
  /** Called with the classifier, every classified clip, and what was changed in clips. Default: none. */
  readonly onEvent?: ((event: ClassifyEvent) => void) | undefined;
  /** Stops between two files. */
  readonly signal?: AbortSignal | undefined;
}

/** A clip and its predicted classes. */
export interface Classified {
  /** The file. */
  readonly file: string;
  /** The clip's name in the file. */
  readonly clip: string;
  /** The most likely classes, in decreasing order of probability. */
  readonly top: readonly ClassProbability[];
  /** What was changed to convert the clip to the encoder's input; absent if nothing was. */
  readonly changes?: ClipChanges | undefined;
}

/** A clip has been classified. */
export interface ClassifiedEvent {
  /** The kind of event. */
  readonly kind: 'classified';
  /** The clip and its predicted classes. */
  readonly result: Classified;
}

/** The events of {@link classify}. */
export type ClassifyEvent = Remark | ClassifiedEvent;

const checks: OptionChecks<ClassifyOptions> = {
  ...moduleTrust,
  ...eventsAndSignal,
  ...channels,
  files: aListOfPaths,
  run: aPath,
  classifier: optional(aString),
  top: optional(anInteger(1)),
};

/**
 * The most likely classes of clips. Uses the classifier that belongs to the run's last checkpoint and has the classes of its
 * own data set, or that was imported; or the one given by name, with the checkpoint it was trained on.
 *
 * @throws FormatError if a file or the run cannot be read, or the run has no classifier.
 * @throws RangeError if several classifiers fit; the message lists them.
 */
export async function classify(options: ClassifyOptions): Promise<Classified[]> {
  checkCall('classify', options, checks);
  expectRunning('classify');
  const { files, run, top = 5, signal, onEvent = ignore } = options;
  const { model, classifier } = await openClassifier(run, { ...options, onEvent });
  try {
    const weights = await readClassifier(classifier, model.featureSize);
    note(onEvent, `classifier ${describeClassifier(classifier)}`);
    const layout = layoutOf(model.recipe.data.layout);
    const results: Classified[] = [];
    const seen: Changed[] = [];
    try {
      for (const file of files) {
        signal?.throwIfAborted();
        const { clips } = await readRawClips(file, { channels: options.channels, layout });
        for (const raw of clips) {
          const { clip, changes } = model.prepared(raw, file);
          const { data } = await model.featuresOf([clip]);
          const result = {
            ...{ file, clip: raw.name, top: likeliest(data, weights, top) },
            changes: anyChanges(changes),
          };
          results.push(result);
          seen.push({ name: raw.name, changes });
          onEvent({ kind: 'classified', result });
        }
      }
    } finally {
      sayClipChanges(seen, onEvent);
    }
    return results;
  } finally {
    model.dispose();
  }
}
