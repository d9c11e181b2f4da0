/**
 * Registers the gradients of TensorFlow.js's operations, which `@tensorflow/tfjs-core` alone lacks in Node. Imported
 * only where needed: the package of `tensorflow` includes them.
 *
 * @remarks `@tensorflow/tfjs-core/dist/register_all_gradients.js` is for bundlers: Node cannot import it. The build puts that file
 * in place of `@tensorflow/tfjs` and into this package (`tsup.config.ts`); `@tensorflow/tfjs` itself, 141 MB with layers,
 * converter and data, is used only when running from source.
 */
export async function registerGradients(): Promise<void> {
  await import('@tensorflow/tfjs');
}
