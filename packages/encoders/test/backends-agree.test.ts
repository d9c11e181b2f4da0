import { backendsAgreeTests } from './backends-agree.ts';

backendsAgreeTests({});
