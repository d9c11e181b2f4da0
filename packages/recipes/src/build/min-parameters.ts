import { layoutOf } from '@halp/skeleton';
import type { Recipe } from '../recipe/recipe.ts';

/**
 * A lower bound on the number of parameters of a recipe's encoder, computed from its sizes without building it.
 *
 * A file with fewer numbers cannot hold that encoder. So a small file that claims a huge encoder is refused before the
 * encoder is built, which would exhaust memory.
 *
 * The bound counts, for a BiGRU of L layers of H units, 2 L · 3H² weights of the recurrence and 2 · 3H · 3VM of the first
 * layer's input; for graph networks of width w, w² of one convolution and the 3VM of the input's normalisation; for a
 * transformer of depth L and width w, L · 4w² of the attention and w for each position embedding. A module counts as 0.
 */
export function minParameters({ encoder, data }: Pick<Recipe, 'encoder' | 'data'>): number {
  const inputs = 3 * layoutOf(data.layout).joints.length * data.persons;
  switch (encoder.kind) {
    case 'bigru': {
      const { hidden, layers } = encoder;
      return 6 * hidden * (layers * hidden + inputs);
    }
    case 'stgcn':
      return encoder.width ** 2 + inputs + encoder.features;
    case 'agcn':
    case 'ctrgcn':
      return encoder.width ** 2 + inputs;
    case 'transformer': {
      const { depth, width, frames, segment } = encoder;
      return 4 * depth * width ** 2 + Math.floor(frames / segment) * width;
    }
    case 'module':
      return 0;
  }
}
