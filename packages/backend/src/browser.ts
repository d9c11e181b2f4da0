export { describeBackend } from './describe-in-browser.ts';
export type { BackendFacts } from './facts.ts';
export { measureMatMul, type MatMulRate, type MeasureOptions } from './measure.ts';
export { BROWSER_BACKENDS as BACKENDS, isBackendName, type BackendName } from './names/names.ts';
export { currentPrecision, isPrecision, PRECISIONS, type Precision } from './names/precision.ts';
export { BackendUnavailable } from './names/unavailable.ts';
export type { Backend, BackendChoice, BackendOptions, SkippedBackend } from './choose.ts';
export { startBackend } from './start-in-browser.ts';
