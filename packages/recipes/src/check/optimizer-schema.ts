import * as z from 'zod/mini';
import type { OptimizerRecipe } from '../recipe/optimizer-recipe.ts';
import { agreesWith } from './agrees-with.ts';
import { atLeastZero, belowOne, oneOf, ownModule, positive, record } from './fields.ts';

const common = {
  weightDecay: atLeastZero(),
  decayOn: z.exactOptional(oneOf(['all', 'weights'])),
  clip: z.exactOptional(positive()),
};

/** {@link OptimizerRecipe} as a schema. */
export const optimizerSchema: z.ZodMiniType<OptimizerRecipe> = agreesWith<OptimizerRecipe>()(
  z.discriminatedUnion(
    'kind',
    [
      record({ kind: z.exactOptional(z.literal('sgd')), momentum: belowOne(), ...common }),
      record({
        kind: z.enum(['adam', 'adamW']),
        beta1: z.exactOptional(belowOne()),
        beta2: z.exactOptional(belowOne()),
        epsilon: z.exactOptional(positive()),
        ...common,
      }),
      record({
        kind: z.literal('lars'),
        momentum: belowOne(),
        trust: z.exactOptional(positive()),
        ...common,
      }),
      record({ ...ownModule(), clip: z.exactOptional(positive()) }),
    ],
    'an object',
  ),
);
