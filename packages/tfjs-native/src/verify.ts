import type { NativePackage } from './locate.ts';
import { NativeError } from './native-error.ts';
import type { Settings } from './options.ts';
import { lastWords, runProgram, type ProgramResult } from './program.ts';

/** [[1, 2], [3, 4]] times [[5, 6], [7, 8]]. */
const PRODUCT = '19,22,43,50';

const SCRIPT = `
const tf = require(process.argv[1]);
const product = tf.matMul(tf.tensor2d([1, 2, 3, 4], [2, 2]), tf.tensor2d([5, 6, 7, 8], [2, 2]));
console.log(JSON.stringify({ product: String(Array.from(product.dataSync())), version: tf.backend().binding.TF_Version }));
`;

/**
 * The version of TensorFlow's library, after a process of its own has loaded the package and multiplied two matrices.
 *
 * @throws NativeError `load-failed` with what the process said.
 */
export async function verifyBinding(found: NativePackage, settings: Settings): Promise<string> {
  const { env, signal, project } = settings;
  settings.onProgress({
    step: 'verify',
    message: `loading ${found.name} and multiplying two matrices`,
  });
  const result = await runProgram(process.execPath, ['-e', SCRIPT, found.folder], {
    cwd: project,
    env,
    signal,
  });
  const answer = answerOf(result);
  if (answer?.product === PRODUCT) return answer.version;
  const got =
    answer === undefined
      ? howItEnded(result)
      : `${answer.product} for a product that is ${PRODUCT}`;
  throw new NativeError('load-failed', `expects ${found.name} to load, got ${got}`, fixFor(result));
}

function answerOf({ ok, stdout }: ProgramResult): { product: string; version: string } | undefined {
  if (!ok) return undefined;
  try {
    return JSON.parse(stdout.trim().split('\n').at(-1) ?? '') as {
      product: string;
      version: string;
    };
  } catch {
    return undefined;
  }
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
    return "install again on this machine, whose C++ library is another one than the compiler's";
  return 'install again; if it stays so, use the WebAssembly backend';
}
