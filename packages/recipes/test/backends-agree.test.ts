import { backendsAgreeTests } from './backends-agree.ts';

// One epoch of MoCo and one of HaLP.
backendsAgreeTests(8);
