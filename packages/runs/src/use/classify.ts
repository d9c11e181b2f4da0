import type { Preparation } from '@halp/data';
import { readRawClips } from '@halp/data/node';
import { type ClassProbability, type ClipChanges, likeliest } from '@halp/recipes';
import { describeClassifier, readClassifier } from '../evaluate/classifiers.ts';
import { checkCall } from '../run/check-call.ts';
import { ignore, note, type Remark } from '../run/events.ts';
import type { ModuleTrust } from '../run/modules.ts';
import { anyChanges, type Changed, sayClipChanges } from '../run/say-changes.ts';
import { openClassifier } from './load.ts';

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
  /** Receives which classifier it is, every clip as it is classified, and what is changed in clips. Default: none. */
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
  readonly changes?: ClipChanges | undefined;
}

/** A clip was classified. */
export interface ClassifiedEvent {
  /** Which event. */
  readonly kind: 'classified';
  /** The clip and its classes. */
  readonly result: Classified;
}

/** The events of {@link classify}. */
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
  const { files, run, top = 5, signal, onEvent = ignore } = options;
  const { model, classifier } = await openClassifier(run, { ...options, onEvent });
  try {
    const learned = await readClassifier(classifier, model.featureSize);
    note(onEvent, `classifier ${describeClassifier(classifier)}`);
    const results: Classified[] = [];
    const seen: Changed[] = [];
    try {
      for (const file of files) {
        signal?.throwIfAborted();
        const { clips } = await readRawClips(file, { channels: options.channels });
        for (const raw of clips) {
          const { clip, changes } = model.prepared(raw, file);
          const { data } = await model.featuresOf([clip]);
          const result = {
            ...{ file, clip: raw.name, top: likeliest(data, learned, top) },
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
