import * as tf from '@tensorflow/tfjs-core';
import { gotText } from '@halp/random/check';
import type { Changes } from '../changes/changes.ts';
import { BackendUnavailable } from '../names/unavailable.ts';
import { importWasm, startWasm } from './start.ts';

/**
 * The address of the three `.wasm` files of `@tensorflow/tfjs-backend-wasm`: the URL of their folder, or the URL
 * of each, by its name or by a path that ends with its name.
 */
export type WasmFiles = string | Readonly<Record<string, string>>;

/** The files; a browser fetches the one that its processor supports. */
const FILES = [
  'tfjs-backend-wasm.wasm',
  'tfjs-backend-wasm-simd.wasm',
  'tfjs-backend-wasm-threaded-simd.wasm',
] as const;

/** The first bytes of WebAssembly: `\0asm`. */
const MAGIC = [0, 0x61, 0x73, 0x6d];

/**
 * Starts the WebAssembly backend in a browser.
 *
 * @param stock - Whether to keep the stock kernels.
 * @param files - The address of its files. Default: next to the page, where TensorFlow.js looks.
 * @throws BackendUnavailable if there is no WebAssembly support, or none of the files at the address (named in the error).
 * @throws RangeError if `files` lacks one of them.
 */
export async function startServedWasm(
  stock: boolean,
  changes: Changes,
  files: WasmFiles | undefined,
): Promise<void> {
  if (files !== undefined) {
    const addresses = addressesOf(files);
    const { setWasmPaths } = await importWasm();
    // Before TensorFlow.js fetches it: after a failure, it never starts with another address.
    await expectServed(addresses[await neededFile()]);
    setWasmPaths(addresses);
  }
  try {
    await startWasm(stock, changes);
  } catch (error) {
    if (!(error instanceof BackendUnavailable)) throw error;
    const address = await lastRequest();
    if (address !== undefined) await expectServed(address);
    throw new BackendUnavailable(
      'wasm',
      `${error.reason}; if its files are missing, copy node_modules/@tensorflow/tfjs-backend-wasm/dist/*.wasm ` +
        'next to the page, or give their place as wasmFiles',
      { cause: error },
    );
  }
}

function addressesOf(files: WasmFiles): Record<(typeof FILES)[number], string> {
  const addressOf = (name: string): string => {
    if (typeof files === 'string') return `${files.replace(/\/$/, '')}/${name}`;
    const found = Object.entries(files).find(([path]) => path.split('/').at(-1) === name);
    if (found !== undefined) return found[1];
    throw new RangeError(
      `startBackend: expected wasmFiles to have ${FILES.join(', ')}, got ${Object.keys(files).map(gotText).join(', ') || 'none'}`,
    );
  };
  const [plain, simd, threaded] = FILES;
  return {
    [plain]: addressOf(plain),
    [simd]: addressOf(simd),
    [threaded]: addressOf(threaded),
  };
}

/** The file that TensorFlow.js will fetch here. */
async function neededFile(): Promise<(typeof FILES)[number]> {
  const [plain, simd, threaded] = FILES;
  if (!(await tf.env().getAsync('WASM_HAS_SIMD_SUPPORT'))) return plain;
  return (await tf.env().getAsync('WASM_HAS_MULTITHREAD_SUPPORT')) ? threaded : simd;
}

/** The address of the last `.wasm` file that this page has requested; undefined if a second shows none. */
async function lastRequest(): Promise<string | undefined> {
  // A browser lists a request that failed a moment after TensorFlow.js has seen the failure.
  for (let tries = 0; tries < 20; tries++) {
    const requests = performance.getEntriesByType('resource').map(({ name }) => name);
    const last = requests.findLast((name) => /tfjs-backend-wasm[\w-]*\.wasm$/.test(name));
    if (last !== undefined) return last;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  return undefined;
}

/** @throws BackendUnavailable if there is no WebAssembly at the address. */
async function expectServed(address: string): Promise<void> {
  let what: string;
  try {
    const response = await fetch(address);
    if (response.ok && (await isWasm(response))) return;
    const type = response.headers.get('content-type') ?? 'no type';
    what = response.ok ? `the server answers with ${type}` : `HTTP ${response.status}`;
  } catch (error) {
    what = error instanceof Error ? error.message : String(error);
  }
  const page = globalThis as { readonly document?: { readonly baseURI: string } };
  const whole = URL.canParse(address, page.document?.baseURI)
    ? new URL(address, page.document?.baseURI).href
    : address;
  throw new BackendUnavailable(
    'wasm',
    `no .wasm at ${whole} (${what}); serve the files of @tensorflow/tfjs-backend-wasm there, or give their place as wasmFiles`,
  );
}

/** Whether a response starts like a WebAssembly file; the rest is not read. */
async function isWasm({ body }: Response): Promise<boolean> {
  const reader = (body as ReadableStream<Uint8Array> | null)?.getReader();
  const first = await reader?.read();
  await reader?.cancel();
  return MAGIC.every((byte, i) => first?.value?.[i] === byte);
}
