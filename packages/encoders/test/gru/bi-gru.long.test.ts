import { onBackend } from '@halp/testing';
import { authorsValuesTest } from './authors-values.ts';

onBackend('webgpu', authorsValuesTest);
