import * as z from 'zod/mini';
import { type Layout, type LayoutName, layoutNames } from '@halp/skeleton';
import type { Recipe } from '../recipe/recipe.ts';
import { agreesWith } from './agrees-with.ts';
import { encoderSchema } from './encoder-schema.ts';
import { evaluationSchema } from './evaluation-schema.ts';
import { ascendingEpochs, atLeastZero, oneOf, positive, record, text, whole } from './fields.ts';
import { objectiveSchema } from './objective-schema.ts';
import { optimizerSchema } from './optimizer-schema.ts';
import { pipelineSchema } from './pipeline-schema.ts';

const scheduleSchema = z.discriminatedUnion(
  'kind',
  [
    record({ kind: z.literal('constant'), rate: positive() }),
    record({
      kind: z.literal('step'),
      rate: positive(),
      milestones: ascendingEpochs(),
      factor: z
        .number('a number in (0, 1]')
        .check(z.gt(0, 'a number in (0, 1]'), z.lte(1, 'a number in (0, 1]')),
    }),
    record({
      kind: z.literal('cosine'),
      rate: positive(),
      epochs: whole(1),
      final: z.exactOptional(atLeastZero()),
      warmUp: z.exactOptional(whole(0)),
    }),
  ],
  'an object',
);

/** `layoutFaults` checks the value. */
const layoutSchema = z.custom<LayoutName | Layout>(
  (value) => value !== undefined,
  `one of ${layoutNames.join(', ')}, or a layout`,
);

/** {@link Recipe} as a schema: every field with its type and range. Rules check how fields fit each other. */
export const recipeSchema: z.ZodMiniType<Recipe> = agreesWith<Recipe>()(
  record({
    name: text(),
    data: record({
      name: text(),
      benchmark: text(),
      layout: layoutSchema,
      persons: whole(1),
      axes: z.exactOptional(oneOf(['upright', 'camera'])),
    }),
    stream: oneOf(['joint', 'bone', 'motion', '3s']),
    views: record({
      query: pipelineSchema,
      key: pipelineSchema,
      extreme: z.exactOptional(pipelineSchema),
    }),
    encoder: encoderSchema,
    head: record({ hidden: whole(1), outputs: whole(1) }),
    objective: objectiveSchema,
    optimizer: optimizerSchema,
    schedule: scheduleSchema,
    batchSize: whole(1),
    reduced: z.exactOptional(text()),
    epochs: whole(1),
    evaluation: evaluationSchema,
  }),
);
