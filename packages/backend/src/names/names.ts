/**
 * The backends: TensorFlow's library, WebGPU, WebGL, WebAssembly, plain JavaScript. `tensorflow` needs Node,
 * `webgl` a browser.
 */
export type BackendName = 'tensorflow' | 'webgpu' | 'webgl' | 'wasm' | 'cpu';

/** Every backend of this platform, in the order in which they are tried. */
export const BACKENDS: readonly BackendName[] = ['tensorflow', 'webgpu', 'wasm', 'cpu'];

/** The same in a browser. */
export const BROWSER_BACKENDS: readonly BackendName[] = ['webgpu', 'webgl', 'wasm', 'cpu'];

/** Whether a text names a backend, of this platform or another. */
export function isBackendName(text: string): text is BackendName {
  return [...BACKENDS, ...BROWSER_BACKENDS].some((name) => name === text);
}
