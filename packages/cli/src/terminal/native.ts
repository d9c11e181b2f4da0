import { compileKernels, isBackendName } from '@halp/backend';
import { installNative } from '@halp/tfjs-native';
import { type Output } from './output.ts';

/**
 * Installs TensorFlow's native library if possible, and prints progress; a failure is printed and ignored.
 *
 * Does nothing if `HALP_BACKEND` names another backend.
 *
 * @returns Whether the tensorflow backend can start now.
 */
export async function ensureNative(
  output: Output,
  project: string = process.cwd(),
): Promise<boolean> {
  const asked = process.env['HALP_BACKEND'];
  if (asked !== undefined && isBackendName(asked) && asked !== 'tensorflow') return false;
  let last = '';
  try {
    const { summary, did } = await installNative({
      project,
      onProgress({ message }) {
        if (message !== last) output.line(`tfjs-native: ${message}`);
        last = message;
      },
    });
    if (did !== 'nothing') output.line(`tfjs-native: ${summary}`);
    await kernels(output);
    return true;
  } catch (error) {
    const cause = error instanceof Error ? error.message : String(error);
    output.line(
      `tfjs-native: not installed, WebAssembly is used instead, which is slower (${cause})`,
    );
    return false;
  }
}

/** Compiles the native kernels before several processes need them; a failure is printed and ignored. */
async function kernels(output: Output): Promise<void> {
  if (process.env['HALP_KERNELS'] === 'off') return;
  try {
    await compileKernels((message) => output.line(`kernels: ${message}`));
  } catch (error) {
    const cause = error instanceof Error ? error.message : String(error);
    output.line(
      `kernels: not compiled, TensorFlow.js’s own are used instead, which is slower (${cause})`,
    );
  }
}
