import { knn, type KnnResult } from '@halp/protocols';
import type { ProtocolContext } from './protocol.ts';

/**
 * Nearest neighbours, on the mean of the features if there are several streams.
 *
 * @param k - The number of neighbours. Default: the recipe's.
 */
export async function runKnn(
  { recipe, features }: ProtocolContext,
  k: number = recipe.evaluation.knn.k,
): Promise<KnnResult> {
  const [train, test] = [await features('train'), await features('test')];
  return knn(train.fused, test.fused, { k, classes: train.classes });
}
