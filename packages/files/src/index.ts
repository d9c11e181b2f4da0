export { FormatError } from './format-error.ts';
export {
  bytesPerElement,
  sizeOfShape,
  toNumbers,
  type DType,
  type NdArray,
  type TypedArray,
} from './nd-array.ts';
export { formatNpy, formatNpyHeader, parseNpy, parseNpyHeader, type NpyHeader } from './npy.ts';
export {
  parseSafetensorsHeader,
  type SafetensorsEntry,
  type SafetensorsHeader,
} from './safetensors-header.ts';
export { formatSafetensors, parseSafetensors, type Safetensors } from './safetensors.ts';
