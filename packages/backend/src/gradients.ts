/**
 * Registers the gradients of TensorFlow.js's operations, which `@tensorflow/tfjs-core` alone does not have in Node. Imported
 * where they are needed: `tensorflow` brings them with its own package.
 *
 * @remarks `@tensorflow/tfjs-core/dist/register_all_gradients.js` is for bundlers: Node cannot import it. The build puts that file
 * in the place of `@tensorflow/tfjs` and into this package (`tsup.config.ts`); `@tensorflow/tfjs` itself, 141 MB with layers,
 * converter and data, is used from the sources alone.
 */
export async function registerGradients(): Promise<void> {
  await import('@tensorflow/tfjs');
}
