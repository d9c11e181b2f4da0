export type { Bytes, TextBytes } from './check.ts';
export { crc32 } from './crc32.ts';
export { fileNameOf } from './file-name.ts';
export {
  nameKind,
  readAs,
  whatIs,
  type Expected,
  type FileFacts,
  type FileKind,
} from './file-kind.ts';
export { FormatError } from './format-error.ts';
export { parseMat } from './mat.ts';
export {
  bytesPerElement,
  sizeOfShape,
  toNumbers,
  type DType,
  type NdArray,
  type TypedArray,
} from './nd-array.ts';
export { parseNpz } from './npz.ts';
export { parsePickle, type PickleValue } from './pickle.ts';
export type { PickledArray } from './pickle-pending.ts';
export type { Piece, PieceKind } from './pickle-piece.ts';
export { formatNpy, formatNpyHeader, parseNpy, parseNpyHeader, type NpyHeader } from './npy.ts';
export {
  parseSafetensorsHeader,
  type SafetensorsEntry,
  type SafetensorsHeader,
} from './safetensors-header.ts';
export { parsePyTorch } from './pytorch.ts';
export { stateOf, type PyTorchState } from './pytorch-state.ts';
export { formatPyTorch, type PyTorchValue } from './pytorch-writer.ts';
export type { StoredDType, StoredNumbers } from './stored.ts';
export { formatSafetensors, parseSafetensors, type Safetensors } from './safetensors.ts';
