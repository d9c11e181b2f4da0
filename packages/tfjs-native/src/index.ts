export { compileAddon, type Addon } from './load/addon.ts';
export { startupAddon } from './load/binding.ts';
export { checkNative, type NativeStatus, type Obstacle } from './install/check.ts';
export { installNative, type NativeInstallation } from './install/install.ts';
export {
  listNative,
  uninstallNative,
  type KeptFiles,
  type KeptItem,
  type NativeRemoval,
} from './install/kept.ts';
export { locateNative, type NativePackage } from './machine/locate.ts';
export type { NativePackageName } from './machine/package-name.ts';
export { NativeError, type NativeProblem } from './machine/native-error.ts';
export type { InstallProgress, InstallStep, NativeOptions } from './machine/options.ts';
export { prepareNative } from './load/prepare.ts';
export { TENSORFLOW_CPU, TENSORFLOW_CUDA, type Wheel } from './machine/wheel.ts';
