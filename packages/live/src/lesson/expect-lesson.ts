import { ownPreparation, type Preparation } from '@halp/data';
import { DATA_NAME, isDataName } from '@halp/data/check';
import {
  expectArray,
  expectOneOf,
  expectOptions,
  expectText,
  type OptionNames,
} from '@halp/random/check';
import { type Layout, type LayoutName, sameLayout } from '@halp/skeleton';
import { expectLayout } from '@halp/skeleton/check';
import { expectPositive } from '../stream/checks.ts';
import { type Example, expectExample } from './example.ts';

/** A lesson as it is stored. */
export interface ExamplesFile {
  /** Its name: letters, digits, `.`, `_`, `-`. */
  readonly name: string;
  /** The joints of every clip. */
  readonly layout: LayoutName | Layout;
  /** The meaning of the three numbers of a joint. */
  readonly channels: Preparation['channels'];
  /** Frames a second of every clip. */
  readonly fps: number;
  /** The examples. */
  readonly examples: readonly Example[];
}

/** What `formatExamples` writes. Default of `channels`: 'xyz'. */
export type ExamplesToFormat = Omit<ExamplesFile, 'channels'> &
  Partial<Pick<ExamplesFile, 'channels'>>;

const names: OptionNames<ExamplesToFormat> = {
  ...{ name: true, layout: true, channels: true, fps: true, examples: true },
};

/**
 * The lesson with its channels.
 *
 * @throws TypeError, RangeError if a field is unknown, of another type or out of range, or an example has another layout, is
 * not `[3, T, V, 1]` of finite numbers, or has no label.
 */
export function expectLesson(caller: string, lesson: ExamplesToFormat): ExamplesFile {
  const what = 'a lesson { name, layout, fps, examples }';
  const given = expectOptions(caller, lesson, names, what);
  const { name, layout, channels = 'xyz', fps, examples } = given;
  expectText(caller, 'the name of a lesson', name);
  if (!isDataName(name)) {
    throw new RangeError(`${caller}: expected ${DATA_NAME} as the name of a lesson, got '${name}'`);
  }
  const whole = expectLayout(caller, layout);
  expectOneOf(caller, 'channels', channels, ['xyz', 'xy-score']);
  expectPositive(caller, 'fps', fps);
  expectArray(caller, 'a list of examples', examples);
  for (const example of examples) {
    expectExample(caller, example, whole);
    const own = example.layout === undefined ? whole : expectLayout(caller, example.layout);
    if (sameLayout(own, whole)) continue;
    throw new RangeError(
      `${caller}: expected examples with the layout of the lesson, ${whole.name}, got ` +
        `${own.name} for '${example.label}'`,
    );
  }
  return { name, layout, channels, fps, examples };
}

/**
 * The channels that a lesson states.
 *
 * @throws RangeError if a lesson with these channels would be read with another preparation.
 */
export function channelsOfLesson(
  caller: string,
  preparation: Preparation,
): Preparation['channels'] {
  const { channels } = preparation;
  const stored = Object.entries(ownPreparation(channels));
  const odd = stored.find(([key, value]) => preparation[key as keyof Preparation] !== value);
  if (odd === undefined) return channels;
  const [key, value] = odd as [keyof Preparation, string];
  throw new RangeError(
    `${caller}: expected a preparation that a lesson can state, ${key} = ${value}, got ${preparation[key]}`,
  );
}
