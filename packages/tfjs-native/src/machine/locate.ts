import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { requireText } from './arguments.ts';
import { NATIVE_PACKAGES, type NativePackageName } from './package-name.ts';

/** An installed TensorFlow.js package, with or without its binding. */
export interface NativePackage {
  /** Its name on npm. */
  readonly name: NativePackageName;
  /** Its version, such as `4.22.0`. */
  readonly version: string;
  /** Its folder, absolute. */
  readonly folder: string;
  /** Where it looks for its binding, absolute; the file may be missing. */
  readonly binding: string;
  /** Whether the file `binding` exists. Whether it loads is checked by `checkNative`. */
  readonly bound: boolean;
}

/**
 * The TensorFlow.js package that code in a folder would import, or undefined if there is none.
 *
 * A package with its binding is preferred to one without, then `@tensorflow/tfjs-node-gpu`
 * to `@tensorflow/tfjs-node`. Quick: checks files only, loads nothing.
 *
 * @param folder - The folder from which `node_modules` are searched upwards; absolute.
 * @throws TypeError if `folder` is no text.
 */
export function locateNative(folder: string): NativePackage | undefined {
  requireText('locateNative', 'a folder', folder);
  const found = NATIVE_PACKAGES.map((name) => locate(name, folder)).filter(
    (each) => each !== undefined,
  );
  return found.find((each) => each.bound) ?? found[0];
}

function locate(name: NativePackageName, folder: string): NativePackage | undefined {
  let manifest: string;
  try {
    manifest = createRequire(join(folder, 'any.js')).resolve(`${name}/package.json`);
  } catch {
    return undefined;
  }
  const { version } = JSON.parse(readFileSync(manifest, 'utf8')) as { version: string };
  const home = dirname(manifest);
  // As in the package's own `binary` entry: it was published for N-API 8.
  const binding = join(home, 'lib', 'napi-v8', 'tfjs_binding.node');
  return { name, version, folder: home, binding, bound: existsSync(binding) };
}
