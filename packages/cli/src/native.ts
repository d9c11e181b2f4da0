import { isBackendName } from '@halp/backend';
import { installNative } from '@halp/tfjs-native';
import type { Output } from './output.ts';

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
    return true;
  } catch (error) {
    const cause = error instanceof Error ? error.message : String(error);
    output.line(`tfjs-native: going on with WebAssembly, which is slower (${cause})`);
    return false;
  }
}
