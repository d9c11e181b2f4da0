import * as z from 'zod/mini';
import type { EncoderRecipe } from '../recipe/encoder-recipe.ts';
import { agreesWith } from './agrees-with.ts';
import { belowOne, oneOf, ownModule, record, whole } from './fields.ts';

const partitions = ['uniform', 'distance', 'spatial', 'spatial-released', 'directed'] as const;

/** {@link EncoderRecipe} as a schema. */
export const encoderSchema: z.ZodMiniType<EncoderRecipe> = agreesWith<EncoderRecipe>()(
  z.discriminatedUnion(
    'kind',
    [
      record({
        kind: z.literal('bigru'),
        hidden: whole(1),
        layers: whole(1),
        direction: oneOf(['stepwise', 'bidirectional']),
      }),
      record({
        kind: z.literal('stgcn'),
        width: whole(1),
        features: whole(1),
        partition: oneOf(partitions),
        dropout: z.exactOptional(belowOne()),
      }),
      record({ kind: z.literal('agcn'), width: whole(1) }),
      record({
        kind: z.literal('ctrgcn'),
        width: whole(1),
        dropout: z.exactOptional(belowOne()),
      }),
      record({
        kind: z.literal('transformer'),
        frames: whole(1),
        segment: whole(1),
        width: whole(1),
        depth: whole(1),
        heads: whole(1),
        dropout: z.exactOptional(belowOne()),
        stochasticDepth: z.exactOptional(belowOne()),
      }),
      record(ownModule()),
    ],
    'an object',
  ),
);
