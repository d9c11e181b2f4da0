import { librariesBefore, startupAddon } from '../load/binding.ts';
import type { NativePackage } from '../machine/locate.ts';
import { NativeError } from '../machine/native-error.ts';
import type { Settings } from '../machine/options.ts';
import { lastWords, type ProgramResult, runProgram } from '../machine/program.ts';

/** [[1, 2], [3, 4]] times [[5, 6], [7, 8]]. */
const PRODUCT = '19,22,43,50';

/** Does the same as `prepareNative`, then prints the package's facts and a product. */
const SCRIPT = `
const [, folder, list, addon] = process.argv;
Object.assign(require('node:util'), { isArray: Array.isArray, isNullOrUndefined: (value) => value == null });
const { existsSync, readFileSync } = require('node:fs');
const paths = existsSync(list) ? JSON.parse(readFileSync(list, 'utf8')) : [];
let unloaded = [];
try {
  if (paths.length > 0) unloaded = require(addon).load(paths);
} catch (error) {
  unloaded = [String(error)];
}
const tf = require(folder);
const product = tf.matMul(tf.tensor2d([1, 2, 3, 4], [2, 2]), tf.tensor2d([5, 6, 7, 8], [2, 2]));
const { binding, isUsingGpuDevice = false } = tf.backend();
console.log(JSON.stringify({ product: String(Array.from(product.dataSync())), version: binding.TF_Version, gpu: isUsingGpuDevice, unloaded }));
`;

interface Answer {
  readonly product: string;
  readonly version: string;
  readonly gpu: boolean;
  readonly unloaded: readonly string[];
}

/**
 * The version of TensorFlow's library, after a separate process has loaded the package and multiplied two matrices,
 * on a GPU if the wheel is for GPUs.
 *
 * @throws NativeError `load-failed` or `gpu-unseen` with the output of the process.
 */
export async function verifyBinding(found: NativePackage, settings: Settings): Promise<string> {
  const { env, signal, project, wheel } = settings;
  settings.onProgress({
    step: 'verify',
    message: `loading ${found.name} and multiplying two matrices`,
  });
  const args = ['-e', SCRIPT, found.folder, librariesBefore(found), startupAddon(found)];
  const result = await runProgram(process.execPath, args, { cwd: project, env, signal });
  const answer = answerOf(result);
  if (answer?.product !== PRODUCT) {
    const got =
      answer === undefined
        ? howItEnded(result)
        : `${answer.product} for a product that is ${PRODUCT}`;
    throw new NativeError(
      'load-failed',
      `expected ${found.name} to load, got ${got}`,
      fixFor(result),
    );
  }
  if (wheel.cuda && !answer.gpu) {
    const got = answer.unloaded[0] ?? whyNoGpu(result);
    throw new NativeError(
      'gpu-unseen',
      `expected TensorFlow to see the GPU, got the CPU (${got})`,
      'check the driver (nvidia-smi) and CUDA_VISIBLE_DEVICES; for the CPU leave out option cuda',
    );
  }
  return answer.version;
}

function answerOf({ ok, stdout }: ProgramResult): Answer | undefined {
  if (!ok) return undefined;
  try {
    return JSON.parse(stdout.trim().split('\n').at(-1) ?? '') as Answer;
  } catch {
    return undefined;
  }
}

/** TensorFlow's message about a GPU that it does not use. */
function whyNoGpu({ stderr }: ProgramResult): string {
  const line = stderr.split('\n').find((each) => /dlopen|cuInit|gpu_device|cuda/i.test(each));
  return line?.replace(/^.*?\] /, '').trim() ?? 'it gives no reason';
}

function howItEnded(result: ProgramResult): string {
  if (result.killedBy !== null) return `signal ${result.killedBy}`;
  return (
    result.stderr
      .split('\n')
      .find((line) => /Error:/.test(line))
      ?.trim() ?? lastWords(result)
  );
}

function fixFor(result: ProgramResult): string {
  if (result.killedBy === 'SIGILL')
    return 'this processor lacks AVX, which the library needs: use the WebAssembly backend';
  if (/GLIBC|GLIBCXX/.test(result.stderr))
    return "install again on this machine, whose C++ library differs from the compiler's";
  return 'install again; if that does not help, use the WebAssembly backend';
}
