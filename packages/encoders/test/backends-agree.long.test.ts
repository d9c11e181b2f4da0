import { backendsAgreeTests } from './backends-agree.ts';

// A pass of ten blocks and its gradient: 16 to 58 seconds a network on SwiftShader.
backendsAgreeTests({ webgpu: true });
