import { binaryKernels, unaryKernels } from './elementwise.ts';
import type { Translations } from './kernel.ts';
import { productKernels } from './products.ts';
import { reductionKernels } from './reductions.ts';
import { creationKernels, shapeKernels } from './shapes.ts';

/** All kernels that can be exported. */
export const translations: Translations = {
  ...unaryKernels,
  ...binaryKernels,
  ...productKernels,
  ...reductionKernels,
  ...shapeKernels,
  ...creationKernels,
};
