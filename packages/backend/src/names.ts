/** The backends, in the order in which they are tried: TensorFlow's own library, WebGPU, WebAssembly, plain JavaScript. */
export type BackendName = 'tensorflow' | 'webgpu' | 'wasm' | 'cpu';

/** Every backend, in the order in which they are tried. */
export const BACKENDS: readonly BackendName[] = ['tensorflow', 'webgpu', 'wasm', 'cpu'];

/** Whether a text names a backend. */
export function isBackendName(text: string): text is BackendName {
  return (BACKENDS as readonly string[]).includes(text);
}
