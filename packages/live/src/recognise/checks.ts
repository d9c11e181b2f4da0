import { expectFunction, expectObject, gotText } from '@halp/random/check';
import type { EncoderModel } from '@halp/recipes';
import { convertLayout, createClip, type Layout, layoutOf, sameLayout } from '@halp/skeleton';

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
