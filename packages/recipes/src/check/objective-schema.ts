import * as z from 'zod/mini';
import type { ObjectiveRecipe } from '../recipe/objective-recipe.ts';
import { agreesWith } from './agrees-with.ts';
import { atLeastZero, finite, oneOf, ownModule, positive, record, share, whole } from './fields.ts';

const queue = { queueSize: whole(1), temperature: positive(), momentum: share() };

const hardness = z.union(
  [
    share(),
    z.readonly(
      z
        .tuple([share(), share()], 'a range [low, high]')
        .check(z.refine(([low, high]) => low <= high, 'a range [low, high] with low <= high')),
    ),
    z.readonly(record({ hardness: share() })),
    z.literal('fixed-margin'),
  ],
  "a number in [0, 1], a range [low, high], { hardness } or 'fixed-margin'",
);

const positives = {
  fromEpoch: whole(0),
  weight: finite(),
  lambda: hardness,
  count: whole(1),
  prototypes: whole(2),
  newest: whole(1),
  every: whole(1),
  boundary: oneOf(['pairwise', 'exact', 'unfiltered']),
  anchors: z.exactOptional(oneOf(['key', 'query', 'both'])),
  form: z.exactOptional(oneOf(['aligned', 'contrastive'])),
};

const distillation = {
  topK: whole(1),
  teacherTemperature: positive(),
  studentTemperature: positive(),
};

/** {@link ObjectiveRecipe} as a schema. */
export const objectiveSchema: z.ZodMiniType<ObjectiveRecipe> = agreesWith<ObjectiveRecipe>()(
  z.discriminatedUnion(
    'kind',
    [
      record({ kind: z.literal('moco'), ...queue }),
      record({ kind: z.literal('halp'), ...queue, ...positives }),
      record({ kind: z.literal('cmd'), ...queue, ...distillation }),
      record({ kind: z.literal('halp-cmd'), ...queue, ...distillation, ...positives }),
      record({
        kind: z.literal('aimclr'),
        ...queue,
        mineFromEpoch: whole(0),
        neighbours: whole(1),
      }),
      record({
        kind: z.literal('crossclr'),
        ...queue,
        crossFromEpoch: whole(0),
        neighbours: whole(1),
      }),
      record({ kind: z.literal('simclr'), temperature: positive() }),
      record({ kind: z.literal('supcon'), temperature: positive() }),
      record({ kind: z.literal('barlow-twins'), lambda: atLeastZero() }),
      record({
        kind: z.literal('vicreg'),
        invariance: atLeastZero(),
        variance: atLeastZero(),
        covariance: atLeastZero(),
      }),
      record({ kind: z.literal('byol'), momentum: share(), predictor: whole(1) }),
      record({ ...ownModule(), supervised: z.exactOptional(z.boolean('true or false')) }),
    ],
    'an object',
  ),
);
