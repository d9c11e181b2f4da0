export { describeBackend } from './describe.ts';
export type { BackendFacts } from './facts.ts';
export { registerMatMulKernel } from './matmul-kernel.ts';
export { measureMatMul, type MatMulRate, type MeasureOptions } from './measure.ts';
export { compileKernels } from './native-kernels.ts';
export { BACKENDS, isBackendName, type BackendName } from './names.ts';
export { BackendUnavailable } from './unavailable.ts';
export type { Backend, BackendOptions, PassedOver } from './choose.ts';
export { useBackend } from './use.ts';
