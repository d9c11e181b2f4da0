import * as tf from '@tensorflow/tfjs-core';
import { type Layer, mergeParams } from '@halp/nn';
import { createGraphRecorder, type Recording } from './graph/graph.ts';
import { translations } from './kernels/all.ts';
import { TraceBackend } from './trace-backend.ts';

/** Sizes of a clip `[C, T, V, M]`. */
export interface ClipSizes {
  /** C: coordinates of a joint, such as 3. */
  readonly channels: number;
  /** T: frames. */
  readonly frames: number;
  /** V: joints. */
  readonly joints: number;
  /** M: persons. */
  readonly persons: number;
}

const BACKEND = 'halp-onnx-trace';

/** The name of the graph's input. */
export const INPUT = 'clips';

/**
 * A recording of an encoder in `eval` mode with a batch of `clips` clips; nothing is computed.
 *
 * During the call, which is synchronous, TensorFlow.js has another backend. Kernels that other backends
 * have in addition to TensorFlow.js's own are missing, so that functions with a fused kernel use their plain version.
 */
export function trace(
  encoder: Layer<tf.Tensor5D, tf.Tensor2D>,
  { channels, frames, joints, persons }: ClipSizes,
  batch: number,
): Recording {
  const variables = Object.entries(mergeParams(encoder.params, encoder.buffers));
  const before = variables.map(([, variable]) => variable.dataId);
  const graph = createGraphRecorder(
    ({ dataId, shape, type }) =>
      variables.find(
        ([, variable]) =>
          variable.dataId === dataId &&
          variable.dtype === type &&
          variable.shape.join() === shape.join(),
      )?.[0],
  );
  const backend = new TraceBackend(graph);
  const clips = {
    name: INPUT,
    shape: [batch, channels, frames, joints, persons],
    type: 'float32',
  } as const;
  const output = onBackend(backend, () => {
    tf.engine().startScope();
    try {
      const x = tf.engine().makeTensorFromTensorInfo(backend.tensorFor(clips)) as tf.Tensor5D;
      const features = encoder.apply(x, { mode: 'eval' }) as tf.Tensor;
      expectFeatures(features, batch);
      return backend.valueFor(features);
    } finally {
      tf.engine().endScope();
    }
  });
  const changed = variables.find(([, variable], i) => variable.dataId !== before[i]);
  if (changed !== undefined) {
    throw new Error(
      `exportOnnx: expected variables to stay unchanged in eval mode, got an assignment to ${changed[0]}; its numbers are lost`,
    );
  }
  if (backend.keepsComputed) {
    throw new Error(
      'exportOnnx: apply keeps a tensor that it computes (tf.keep), whose numbers are not known here; create the encoder again, and apply it once before it is exported, or compute the tensor when the encoder is made',
    );
  }
  return graph.finish(batch, output);
}

function expectFeatures({ shape, dtype }: tf.Tensor, batch: number): void {
  if (shape.length !== 2 || shape[0] !== batch || dtype !== 'float32') {
    throw new RangeError(
      `exportOnnx: expected apply to give float32 features [N, D], got ${dtype} [${shape.join(', ')}] for ${batch} clips`,
    );
  }
}

/** The result of `f`, called with `backend` as the current one; the previous backend is restored in any case. */
function onBackend<T>(backend: TraceBackend, f: () => T): T {
  const previous = tf.getBackend();
  tf.registerBackend(BACKEND, () => backend, -1);
  for (const [kernelName, translate] of Object.entries(translations)) {
    tf.registerKernel({
      kernelName,
      backendName: BACKEND,
      kernelFunc: ({ inputs, attrs }) => backend.run(translate, inputs, attrs ?? {}),
    });
  }
  try {
    use(BACKEND);
    return f();
  } catch (error) {
    throw withKernelNamed(error);
  } finally {
    use(previous);
    for (const kernelName of Object.keys(translations)) tf.unregisterKernel(kernelName, BACKEND);
    tf.removeBackend(BACKEND);
  }
}

/** Makes a backend that starts synchronously the current one, although TensorFlow.js returns a promise. */
function use(name: string): void {
  void tf.setBackend(name);
  if (tf.getBackend() !== name) throw new Error(`exportOnnx: could not switch to backend ${name}`);
}

/** TensorFlow.js's error for a missing kernel, with what to do. */
function withKernelNamed(error: unknown): unknown {
  const [, name] =
    (error instanceof Error ? /^Kernel '(.+)' not registered for/.exec(error.message) : null) ?? [];
  if (name === undefined) return error;
  return new Error(
    `exportOnnx: expected kernels with a translation to ONNX, got ${name}; write this part of the encoder with other functions`,
    { cause: error },
  );
}
