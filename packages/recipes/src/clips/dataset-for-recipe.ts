import { convertedDataset, type Dataset, type Preparation } from '@halp/data';
import type { Recipe } from '../recipe/recipe.ts';
import { type ClipChanges, conversionOf, type GivenClips, isTurned } from './conversion.ts';
import type { TrainedOn } from './trained-on.ts';

/** A data set as an encoder sees it, and what was changed for that. */
export interface DatasetForRecipe {
  /** The clips; shares the files of the data set, and closes them. */
  readonly dataset: Dataset;
  /** What was changed. */
  readonly changes: ClipChanges;
}

/**
 * A data set in the form that an encoder was trained on: joints mapped, persons added or left out, axes turned. Worker
 * threads open it as they open the data set.
 *
 * @param trained - The set that the encoder was trained on. Default: what the recipe implies.
 * @throws RangeError if the clips cannot be brought into that form: 2-D instead of 3-D clips, another normalisation, an
 * unknown one, another scale or direction of an image, a unit that another set did not state, a layout that cannot be
 * mapped.
 */
export function datasetForRecipe(
  recipe: Recipe,
  dataset: Dataset,
  trained?: TrainedOn,
): DatasetForRecipe {
  const { name, layout, persons } = dataset;
  const given = { name, layout: layout.name, persons, preparation: stated(recipe, dataset) };
  const { form, changes } = conversionOf(recipe, given, trained);
  requireKnownUnit(recipe, given, trained);
  return { dataset: convertedDataset(dataset, form), changes };
}

/**
 * A data set as a recipe trains on it: its clips, with the axes of the recipe; the data set itself where they are so.
 *
 * Training takes what is prepared, so that no joint is mapped and no person left out: an encoder learns from clips of
 * the recipe's own form.
 *
 * @throws RangeError if the data set has not the layout or persons of the recipe, or the recipe wants camera axes and up
 * is neither y nor z.
 */
export function datasetForTraining(recipe: Recipe, dataset: Dataset): Dataset {
  const { name, data } = recipe;
  const expected = `${data.layout}, ${data.persons} person(s)`;
  const got = `${dataset.layout.name}, ${dataset.persons} person(s)`;
  if (got !== expected) {
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
        `${preparation.channels === 'xyz' ? `${preparation.up} up` : '2-D clips'}; state how arrays were ` +
        'normalised with halp prepare arrays --normalisation KIND',
    );
  }
  return convertedDataset(dataset, { layout: data.layout, persons: data.persons, turned });
}

/** x and y in a unit that nobody stated are comparable within the set that was trained on, and with no other. */
function requireKnownUnit(
  recipe: Recipe,
  { name, preparation: { channels, unit, normalisation } }: GivenClips,
  trained: TrainedOn | undefined,
): void {
  // A scale of each clip's own leaves no unit.
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
