export { describeBackend, type BackendFacts } from './describe.ts';
export { registerMatMulKernel } from './matmul-kernel.ts';
export { measureMatMul, type MatMulRate, type MeasureOptions } from './measure.ts';
export { compileKernels } from './native-kernels.ts';
export { BACKENDS, isBackendName, type BackendName } from './names.ts';
export { BackendUnavailable } from './unavailable.ts';
export { useBackend, type Backend, type BackendOptions, type PassedOver } from './use.ts';
