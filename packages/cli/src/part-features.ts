import type { Part } from '@halp/data';
import { openDataset } from '@halp/data/node';
import type { Encoder } from '@halp/encoders';
import { extractFeatures, knn, type Features } from '@halp/protocols';
import { evaluationBatches, type Recipe } from '@halp/recipes';
import { loaderOn } from './make-loader.ts';

/** The features of one part of a data set, and the names of its classes. */
export interface PartFeatures extends Features {
  readonly classes: readonly string[];
}

/** The encoder's features of one part, from the recipe's evaluation view. */
export async function partFeatures(
  encoder: Encoder,
  recipe: Recipe,
  data: string,
  part: Part,
): Promise<PartFeatures> {
  const dataset = await openDataset(data, { benchmark: recipe.data.benchmark, part });
  try {
    const features = await extractFeatures(
      encoder,
      await evaluationBatches(recipe, dataset, loaderOn(undefined)),
    );
    return { ...features, classes: dataset.classes };
  } finally {
    await dataset.close();
  }
}

/** The accuracy of the recipe's kNN protocol with the encoder as it is now; draws no random number. */
export async function knnAccuracy(encoder: Encoder, recipe: Recipe, data: string): Promise<number> {
  const gallery = await partFeatures(encoder, recipe, data, 'train');
  const queries = await partFeatures(encoder, recipe, data, 'test');
  const options = { ...recipe.evaluation.knn, classes: gallery.classes };
  return (await knn(gallery, queries, options)).evaluation.accuracy;
}
