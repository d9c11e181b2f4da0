import { convertedDataset, type Dataset, type Preparation } from '@halp/data';
import { layoutOf, sameLayout } from '@halp/skeleton';
import type { Recipe } from '../recipe/recipe.ts';
import { type ClipChanges, type ClipsToConvert, conversionOf, isTurned } from './conversion.ts';
import type { TrainedOn } from './trained-on.ts';

/** A data set in the form of an encoder's clips, with the changes made. */
export interface DatasetForRecipe {
  /** The clips. It shares the files of the original data set, and closes them. */
  readonly dataset: Dataset;
  /** The changes. */
  readonly changes: ClipChanges;
}

/**
 * A data set in the form of the encoder's training clips: joints mapped, persons added or removed, axes rotated. Worker
 * threads can open it like the original.
 *
 * @param trained - The set that the encoder was trained on. Default: the one implied by the recipe.
 * @throws RangeError if the clips cannot be converted: 2-D instead of 3-D clips, another or unknown normalisation,
 * another image scale or direction, a unit that the other set does not state, a layout that cannot be mapped.
 */
export function datasetForRecipe(
  recipe: Recipe,
  dataset: Dataset,
  trained?: TrainedOn,
): DatasetForRecipe {
  const { name, layout, persons } = dataset;
  const given = { name, layout, persons, preparation: stated(recipe, dataset) };
  const { form, changes } = conversionOf(recipe, given, trained);
  requireKnownUnit(recipe, given, trained);
  return { dataset: convertedDataset(dataset, form), changes };
}

/**
 * A data set for training by a recipe: its clips with the axes of the recipe, or the data set itself if they agree.
 *
 * No joints are mapped and no persons removed: an encoder is trained on clips prepared in the recipe's own form.
 *
 * @throws RangeError if layout or persons of the data set differ from the recipe's, or if the recipe has camera axes and
 * the up axis is neither y nor z.
 */
export function datasetForTraining(recipe: Recipe, dataset: Dataset): Dataset {
  const { name, data } = recipe;
  const layout = layoutOf(data.layout);
  const expected = `${layout.name}, ${data.persons} person(s)`;
  const isSame = sameLayout(dataset.layout, layout);
  const other = isSame || dataset.layout.name !== layout.name ? '' : 'another ';
  const got = `${other}${dataset.layout.name}, ${dataset.persons} person(s)`;
  if (!isSame || dataset.persons !== data.persons) {
    throw new RangeError(
      `recipe ${name}: expected a data set with ${expected}, got '${dataset.name}' with ${got}`,
    );
  }
  if (data.axes !== 'camera') return dataset;
  const preparation = stated(recipe, dataset);
  const turned = isTurned(recipe, preparation);
  if (!turned && (preparation.channels !== 'xyz' || preparation.up !== 'y')) {
    throw new RangeError(
      `recipe ${name}: expected clips with y or z up for camera axes, got '${dataset.name}' with ` +
        `${preparation.channels === 'xyz' ? `${preparation.up} up` : '2-D clips'}; prepare arrays ` +
        'again with option normalisation',
    );
  }
  return convertedDataset(dataset, { layout: data.layout, persons: data.persons, turned });
}

/** Coordinates in an unstated unit are comparable only within the set that was trained on. */
function requireKnownUnit(
  recipe: Recipe,
  { name, preparation: { channels, unit, normalisation } }: ClipsToConvert,
  trained: TrainedOn | undefined,
): void {
  // Clips scaled one by one have no common unit.
  if (channels !== 'xy-score' || unit !== 'unknown' || normalisation === 'min-max') return;
  if (trained === undefined || trained.set === name) return;
  throw new RangeError(
    `recipe ${recipe.name}: expected x and y in the unit of '${trained.set}', got '${name}', which states none; ` +
      'give both sets one name in clips.json if they share a unit',
  );
}

function stated({ name }: Recipe, dataset: Dataset): Preparation {
  if (dataset.preparation !== undefined) return dataset.preparation;
  throw new RangeError(
    `recipe ${name}: expected a data set that says how it was prepared, got none from '${dataset.name}'; ` +
      'give it a preparation',
  );
}
