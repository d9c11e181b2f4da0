import { ownPreparation, type Preparation } from '@halp/data';
import {
  expectArray,
  expectFunction,
  expectInteger,
  expectNumber,
  expectObject,
  expectOneOf,
  expectOptions,
  expectText,
  type OptionNames,
} from '@halp/random/check';
import type { ClassifierModel, EncoderModel } from '@halp/recipes';
import { type Layout, type LayoutName, layoutOf, storedLayout } from '@halp/skeleton';
import { expectLayout } from '@halp/skeleton/check';
import type { Example } from '../lesson/example.ts';
import { type ExamplesFile, type ExamplesToFormat, expectLesson } from '../lesson/expect-lesson.ts';
import { expectFraction, expectPositive } from '../stream/checks.ts';
import type { OnStreamEvent } from '../stream/events.ts';
import type { StreamUp } from '../stream/intake.ts';
import { expectMovement, type MovementOptions } from '../stream/movement.ts';
import { expectMapping, expectModel, expectSameAsLesson } from './checks.ts';

/** How a stream is recognised. Times are seconds of the stream. */
export interface RecogniserOptions {
  /**
   * The encoder, from `loadEncoder` or `encoderFromBytes` of `@halp/runs`; or an encoder with its classifier, whose classes
   * are recognised without examples. The caller disposes it.
   */
  readonly model: EncoderModel | ClassifierModel;
  /**
   * Examples with what their clips are: layout, frames a second and channels are those of the stream too. From
   * `parseExamples`, or `lesson()` of another recogniser. Default: none.
   */
  readonly lesson?: ExamplesToFormat | undefined;
  /** The joints of a frame. Default: those of the lesson, else of the encoder. */
  readonly layout?: Layout | LayoutName | undefined;
  /** Frames a second of the clips on which the encoder was trained, to which the stream is resampled. Default: that of the lesson, else 30. */
  readonly fps?: number | undefined;
  /** The duration of a window. Default: 2. */
  readonly window?: number | undefined;
  /** The time between two recognitions. Default: 0.25. */
  readonly hop?: number | undefined;
  /**
   * What is recognised: windows of fixed duration; or movements, from where they begin up to now and again when they have
   * ended. Default: 'windows'.
   */
  readonly spans?: 'windows' | 'movements' | undefined;
  /** When movements begin and end, for `spans: 'movements'`. */
  readonly movement?: MovementOptions | undefined;
  /** Clips with their labels, without a lesson. Default: none; see `addExample`. */
  readonly examples?: readonly Example[] | undefined;
  /** The labels to report, of the examples or of the model's classifier; others count as 'unknown'. Default: all. */
  readonly classes?: readonly string[] | undefined;
  /** How the features of examples classify: nearest neighbours, or ridge regression. Default: 'ridge'. */
  readonly by?: 'nearest' | 'ridge' | undefined;
  /** Nearest neighbours of each label, for 'nearest'. Default: 1. */
  readonly k?: number | undefined;
  /** The weight of the penalty, for 'ridge'. Default: 0.03. */
  readonly lambda?: number | undefined;
  /**
   * The fraction of the actions that were never taught to call 'unknown', in [0, 1), as estimated from the examples: the
   * threshold is this quantile of their largest scores when their own label is left out, or the one below which a tenth of the
   * right examples lies, if that is higher. The larger, the more often an action that was taught is 'unknown' too. Default: 0.5.
   */
  readonly rejection?: number | undefined;
  /**
   * The score below which a clip is 'unknown'; -Infinity reports every clip. Default: by `rejection`; with a classifier of
   * the model, a probability of 0.5.
   */
  readonly threshold?: number | undefined;
  /** The weight of the earlier windows in the smoothed scores, in [0, 1). Default: 0.5. */
  readonly smoothing?: number | undefined;
  /**
   * How much larger another score has to be for a change of the label, in standard deviations of the scores of the examples;
   * with a classifier of the model, as a probability. Default: 0.25.
   */
  readonly hysteresis?: number | undefined;
  /** Joints with a lower visibility count as not seen, in [0, 1). Default: 0.5. */
  readonly minVisibility?: number | undefined;
  /** The longest time between two frames of a window; after a longer one the stream starts again. Default: 0.5. */
  readonly longestGap?: number | undefined;
  /** The vertical axis of the frames; '-y' for landmarks of a camera image, such as MediaPipe's. Default: 'y'. */
  readonly up?: StreamUp | undefined;
  /** What the numbers of a joint mean, after `up`. Default: as the lesson says, else x, y, z in metres. */
  readonly preparation?: Preparation | undefined;
  /** Takes problems of frames and times. Default: `push` throws them; the stream goes on after that. */
  readonly onEvent?: OnStreamEvent | undefined;
  /** The time in milliseconds, for the duration of a recognition. Default: `performance.now`. */
  readonly now?: (() => number) | undefined;
}

/** The options with every default. */
export type CheckedOptions = {
  readonly [
    Key in keyof Omit<RecogniserOptions, 'layout' | 'lesson' | 'classes' | 'threshold' | 'onEvent'>
  ]-?: NonNullable<RecogniserOptions[Key]>;
} & Pick<RecogniserOptions, 'classes' | 'threshold' | 'onEvent'> & {
    readonly layout: Layout;
    /** The name of the lesson, and its layout as it was given. */
    readonly stored: Pick<ExamplesFile, 'name' | 'layout'>;
  };

const names: OptionNames<RecogniserOptions> = {
  ...{ model: true, lesson: true, layout: true, fps: true, window: true, hop: true, spans: true },
  ...{ movement: true, examples: true, classes: true, by: true, k: true, lambda: true },
  ...{ rejection: true, threshold: true, smoothing: true, hysteresis: true, minVisibility: true },
  ...{ longestGap: true, up: true, preparation: true, onEvent: true, now: true },
};

/**
 * The options with their defaults.
 *
 * @throws TypeError, RangeError if one is unknown, of another type or out of range, or the layout cannot be mapped to that of
 * the encoder.
 */
export function checkedOptions(caller: string, options: RecogniserOptions): CheckedOptions {
  const what = 'options { model, … }';
  expectOptions(caller, options, names, what);
  const { model, layout, classes, threshold, onEvent } = options;
  expectModel(caller, model);
  const lesson = options.lesson === undefined ? undefined : expectLesson(caller, options.lesson);
  if (lesson !== undefined) expectSameAsLesson(caller, options, lesson);
  const own = expectLayout(caller, layout ?? lesson?.layout ?? layoutOf(model.recipe.data.layout));
  expectMapping(caller, own, model);
  const fps = options.fps ?? lesson?.fps ?? 30;
  const { window = 2, hop = 0.25, longestGap = 0.5, lambda = 0.03 } = options;
  for (const [name, value] of Object.entries({ fps, window, hop, longestGap, lambda })) {
    expectPositive(caller, name, value);
  }
  const {
    k = 1,
    smoothing = 0.5,
    minVisibility = 0.5,
    hysteresis = 0.25,
    rejection = 0.5,
  } = options;
  expectInteger(caller, 'k', k, 1);
  expectFraction(caller, 'smoothing', smoothing, 1);
  expectFraction(caller, 'rejection', rejection, 1);
  expectFraction(caller, 'minVisibility', minVisibility, 1);
  expectFraction(caller, 'hysteresis', hysteresis, Infinity);
  if (threshold !== undefined) expectNumber(caller, 'threshold', threshold);
  const { by = 'ridge', spans = 'windows', up = 'y' } = options;
  expectOneOf(caller, 'by', by, ['nearest', 'ridge']);
  expectOneOf(caller, 'spans', spans, ['windows', 'movements']);
  expectOneOf(caller, 'up', up, ['y', '-y', 'z']);
  const { examples = lesson?.examples ?? [], movement = {} } = options;
  const { preparation = ownPreparation(lesson?.channels ?? 'xyz') } = options;
  expectArray(caller, 'examples in a list', examples);
  expectObject(caller, preparation, 'a preparation');
  expectMovement(caller, movement);
  if (classes !== undefined) expectClasses(caller, classes, model, examples);
  const { now = () => performance.now() } = options;
  expectFunction(caller, 'now as a function', now);
  if (onEvent !== undefined) expectFunction(caller, 'onEvent as a function', onEvent);
  const stored = { name: lesson?.name ?? 'examples', layout: lesson?.layout ?? storedLayout(own) };
  return {
    ...{
      model,
      stored,
      layout: own,
      fps,
      window,
      hop,
      spans,
      movement,
      examples,
      classes,
      by,
      k,
      lambda,
    },
    ...{ threshold, rejection, smoothing, hysteresis, minVisibility, longestGap, up, preparation },
    ...{ onEvent, now },
  };
}

function expectClasses(
  caller: string,
  classes: readonly string[],
  model: EncoderModel | ClassifierModel,
  examples: readonly Example[],
): void {
  expectArray(caller, 'classes in a list', classes);
  const own = isClassifier(model) ? model.classes : [];
  const taught = [...new Set(examples.map((example) => example?.label))];
  // Without examples and classifier, labels come with addExample.
  const labels = taught.length > 0 ? taught : own;
  for (const name of classes) {
    expectText(caller, 'the name of a class', name);
    if (labels.length > 0) expectOneOf(caller, 'a class', name, labels);
  }
}

/** Whether a model has a classifier. */
export function isClassifier(model: EncoderModel | ClassifierModel): model is ClassifierModel {
  return 'classify' in model && Array.isArray(model.classes);
}
