/** The backends, from the fastest: TensorFlow's own library, WebAssembly, plain JavaScript. */
export type BackendName = 'tensorflow' | 'wasm' | 'cpu';

/** Every backend, in the order in which they are tried. */
export const BACKENDS: readonly BackendName[] = ['tensorflow', 'wasm', 'cpu'];

/** Whether a text names a backend. */
export function isBackendName(text: string): text is BackendName {
  return (BACKENDS as readonly string[]).includes(text);
}
