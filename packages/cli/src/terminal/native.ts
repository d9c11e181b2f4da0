import { compileKernels, isBackendName } from '@halp/backend';
import { installNative } from '@halp/tfjs-native';
import { type Output } from './output.ts';

/**
 * Makes TensorFlow's own library available if it can be, and says so; goes on without it if not.
 *
 * Nothing is done where `HALP_BACKEND` asks for another backend.
 *
 * @returns Whether the tensorflow backend can start now.
 */
export async function ensureNative(
  output: Output,
  project: string = process.cwd(),
): Promise<boolean> {
  const asked = process.env['HALP_BACKEND'];
  if (asked !== undefined && isBackendName(asked) && asked !== 'tensorflow') return false;
  let said = '';
  try {
    const { summary, did } = await installNative({
      project,
      onProgress({ message }) {
        if (message !== said) output.line(`tfjs-native: ${message}`);
        said = message;
      },
    });
    if (did !== 'nothing') output.line(`tfjs-native: ${summary}`);
    await kernels(output);
    return true;
  } catch (error) {
    const cause = error instanceof Error ? error.message : String(error);
    output.line(`tfjs-native: going on with WebAssembly, which is slower (${cause})`);
    return false;
  }
}

/** Compiles the kernels before several processes want them at once; goes on without them if that fails. */
async function kernels(output: Output): Promise<void> {
  if (process.env['HALP_KERNELS'] === 'off') return;
  try {
    await compileKernels((message) => output.line(`kernels: ${message}`));
  } catch (error) {
    const cause = error instanceof Error ? error.message : String(error);
    output.line(`kernels: going on without them, which is slower (${cause})`);
  }
}
