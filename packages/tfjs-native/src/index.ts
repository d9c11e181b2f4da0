export { compileAddon, type Addon } from './addon.ts';
export { startupAddon } from './binding.ts';
export { checkNative, type NativeStatus, type Obstacle } from './check.ts';
export { installNative, type NativeInstallation } from './install.ts';
export {
  listNative,
  uninstallNative,
  type KeptFiles,
  type KeptItem,
  type NativeRemoval,
} from './kept.ts';
export { locateNative, type NativePackage, type NativePackageName } from './locate.ts';
export { NativeError, type NativeProblem } from './native-error.ts';
export type { InstallProgress, InstallStep, NativeOptions } from './options.ts';
export { prepareNative } from './prepare.ts';
export { TENSORFLOW_CPU, TENSORFLOW_CUDA, type Wheel } from './wheel.ts';
