import { backendsAgreeTests } from './backends-agree.ts';

// Forward and backward pass of ten blocks: 16 to 58 seconds per network on SwiftShader.
backendsAgreeTests({ webgpu: true });
