import * as z from 'zod/mini';
import type { EvaluationRecipe } from '../recipe/evaluation-recipe.ts';
import { agreesWith } from './agrees-with.ts';
import { ascendingEpochs, oneOf, positive, record, whole } from './fields.ts';
import { pipelineSchema } from './pipeline-schema.ts';

const classifier = {
  epochs: whole(1),
  learningRate: positive(),
  milestones: ascendingEpochs(),
  batchSize: whole(1),
  selectBy: oneOf(['last-epoch', 'best-test-epoch', 'validation']),
};

/** {@link EvaluationRecipe} as a schema. */
export const evaluationSchema: z.ZodMiniType<EvaluationRecipe> = agreesWith<EvaluationRecipe>()(
  record({
    view: pipelineSchema,
    trainView: z.exactOptional(pipelineSchema),
    knn: record({ k: whole(1) }),
    linear: record({
      ...classifier,
      crops: z.exactOptional(oneOf(['random-each-epoch', 'fixed-centre'])),
    }),
    fineTune: z.exactOptional(record(classifier)),
  }),
);
