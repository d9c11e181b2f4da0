import * as z from 'zod/mini';
import type { Pipeline } from '@halp/augment';

/** A list, each step of which {@link pipelineFaults} checks once the joints are known. */
export const pipelineSchema: z.ZodMiniType<Pipeline> = z.custom<Pipeline>(
  (value) => Array.isArray(value),
  'a list of augmentation steps',
);
