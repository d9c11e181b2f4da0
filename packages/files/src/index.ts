export type { Bytes, TextBytes } from './check.ts';
export { crc32 } from './zip/crc32.ts';
export { fileNameOf } from './disk/file-name.ts';
export {
  nameKind,
  readAs,
  whatIs,
  type Expected,
  type FileFacts,
  type FileKind,
} from './format/file-kind.ts';
export { FormatError } from './format/format-error.ts';
export { parseMat } from './mat/parse.ts';
export {
  bytesPerElement,
  sizeOfShape,
  toNumbers,
  type DType,
  type NdArray,
  type TypedArray,
} from './npy/nd-array.ts';
export { parseNpz } from './npy/npz.ts';
export { parsePickle, type PickleValue } from './pickle/parse.ts';
export type { PickledArray } from './pickle/pending.ts';
export type { Piece, PieceKind } from './pickle/piece.ts';
export {
  formatNpy,
  formatNpyHeader,
  parseNpy,
  parseNpyHeader,
  type NpyHeader,
} from './npy/parse.ts';
export {
  parseSafetensorsHeader,
  type SafetensorsEntry,
  type SafetensorsHeader,
} from './safetensors/header.ts';
export { parsePyTorch } from './pytorch/parse.ts';
export { stateOf, type PyTorchState } from './pytorch/state.ts';
export { formatPyTorch, type PyTorchValue } from './pytorch/writer.ts';
export type { StoredDType, StoredNumbers } from './npy/stored.ts';
export { formatSafetensors, parseSafetensors, type Safetensors } from './safetensors/parse.ts';
