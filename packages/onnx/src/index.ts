export { exportOnnx, type ExportOnnxOptions, type OnnxOpset } from './export-onnx.ts';
export type { ClipSizes } from './trace.ts';
