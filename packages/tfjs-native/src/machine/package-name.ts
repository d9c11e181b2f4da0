/** The TensorFlow.js packages that run TensorFlow's own library in Node. */
export type NativePackageName = '@tensorflow/tfjs-node' | '@tensorflow/tfjs-node-gpu';

/** Their names, in the order in which they are searched. */
export const NATIVE_PACKAGES: readonly NativePackageName[] = [
  '@tensorflow/tfjs-node-gpu',
  '@tensorflow/tfjs-node',
];
