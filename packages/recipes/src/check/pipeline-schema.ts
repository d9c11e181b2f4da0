import * as z from 'zod/mini';
import type { Pipeline } from '@halp/augment';

/** A list; {@link pipelineFaults} checks its steps once the joints are known. */
export const pipelineSchema: z.ZodMiniType<Pipeline> = z.custom<Pipeline>(
  (value) => Array.isArray(value),
  'a list of augmentation steps',
);
