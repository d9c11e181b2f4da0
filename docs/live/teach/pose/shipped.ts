import type { io } from '@tensorflow/tfjs-core';
import { withBase } from 'vitepress';
import type { PoseFiles } from './model.ts';

/** Fetches a model that was copied to the site. @throws Error if the site was built without it. */
export async function shippedPoseModel(
  name: 'blazepose-detector' | 'blazepose-lite',
): Promise<PoseFiles> {
  const [graph, weights] = await Promise.all(
    ['json', 'bin'].map(async (ending) => fetch(withBase(`/pose/${name}.${ending}`))),
  );
  const isJson = graph?.headers.get('content-type')?.includes('json') === true;
  if (graph?.ok !== true || weights?.ok !== true || !isJson) {
    throw new Error(
      'expected a pose model, got none: this site was built without it (npm run docs:pose fetches it); recordings work without it',
    );
  }
  return {
    name,
    graph: (await graph.json()) as io.ModelJSON,
    weights: await weights.arrayBuffer(),
  };
}
