export { exportFormats } from './checkpoints/export.ts';
export { keptCoordinates } from './evaluate/coordinates.ts';
export { fusible, fusionLevels } from './evaluate/fuse.ts';
export { figureOf, protocolHeadings } from './protocols/protocols.ts';
export { expectBackend } from './run/check-call.ts';
export { version } from './run/facts.ts';
export { isModulePath } from './run/load-module.ts';
export { recipeFileOf } from './run/load-recipe.ts';
export {
  expectFilePath,
  writeOut,
  expectFolderPath,
  isShortName,
  MAX_NAME_BYTES,
} from './run/out-path.ts';
export { readInputText } from './run/read-input.ts';
export { drawClip, namedPipelines } from './show/draw-clip.ts';
export { inspect, inspectionLines } from './show/inspect.ts';
export { lossWords } from './show/training-text.ts';
export { clock } from './text/format.ts';
export { visible, oneError, oneField } from './text/visible.ts';
