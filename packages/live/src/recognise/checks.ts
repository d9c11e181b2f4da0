import type { Preparation } from '@halp/data';
import { expectFunction, expectObject, gotText } from '@halp/random/check';
import type { EncoderModel } from '@halp/recipes';
import {
  convertLayout,
  createClip,
  type Layout,
  type LayoutName,
  layoutOf,
  sameLayout,
} from '@halp/skeleton';
import { expectLayout } from '@halp/skeleton/check';
import type { Example } from '../lesson/example.ts';
import type { ExamplesFile } from '../lesson/expect-lesson.ts';

/** @throws TypeError unless the value is an encoder as `loadEncoder` of `@halp/runs` returns it. */
export function expectModel(caller: string, model: EncoderModel): void {
  expectObject(caller, model, 'a model with an encoder');
  const what =
    'a model { recipe, embed } as encoderFromBytes or loadEncoder of @halp/runs return it';
  if (typeof model.recipe?.data !== 'object') {
    throw new TypeError(`${caller}: expected ${what}, got ${gotText(model)}`);
  }
  const { embed } = model as { readonly embed: unknown };
  expectFunction(caller, 'the embed of a model', embed);
}

/** @throws RangeError if frames of this layout cannot be mapped to the joints of the encoder. */
export function expectMapping(caller: string, from: Layout, model: EncoderModel): void {
  const to = layoutOf(model.recipe.data.layout);
  if (sameLayout(from, to)) return;
  try {
    convertLayout(createClip([3, 1, from.joints.length, 1]), { from, to, missing: 'parent' });
  } catch {
    throw new RangeError(
      `${caller}: expected a layout with the joints of the encoder, ${to.name}, got ${from.name}, ` +
        'which cannot be mapped to it; name the joints as in kinect-v2, or take another encoder',
    );
  }
}

/** The options that a lesson states. */
interface Stated {
  readonly examples?: readonly Example[] | undefined;
  readonly layout?: Layout | LayoutName | undefined;
  readonly fps?: number | undefined;
  readonly preparation?: Preparation | undefined;
}

/** @throws RangeError if an option says something else than the lesson. */
export function expectSameAsLesson(
  caller: string,
  { examples, layout, fps, preparation }: Stated,
  lesson: ExamplesFile,
): void {
  if (examples !== undefined) {
    throw new RangeError(
      `${caller}: expected a lesson or examples, got both; add the others with addExample`,
    );
  }
  const other = (name: string, wanted: unknown, got: unknown, advice = ''): RangeError =>
    new RangeError(
      `${caller}: expected ${name} ${String(wanted)}, that of the lesson, got ${String(got)}; leave it out${advice}`,
    );
  if (fps !== undefined && fps !== lesson.fps) throw other('fps', lesson.fps, fps);
  if (layout !== undefined) {
    const [wanted, got] = [layoutOf(lesson.layout), expectLayout(caller, layout)];
    if (!sameLayout(wanted, got)) {
      const name = got.name === wanted.name ? 'another one' : got.name;
      throw other('layout', wanted.name, name, ', or start a lesson with these joints');
    }
  }
  const channels = preparation?.channels;
  if (channels !== undefined && channels !== lesson.channels) {
    throw other('channels', lesson.channels, channels);
  }
}
