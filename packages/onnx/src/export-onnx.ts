import * as tf from '@tensorflow/tfjs-core';
import type { Layer } from '@halp/nn';
import {
  expectLayer,
  expectObject,
  expectOptions,
  expectPositiveIntegers,
  gotText,
  type OptionNames,
} from '@halp/nn/check';
import { forAnyBatch, type Recordings } from './any-batch.ts';
import type { Constant, Source } from './graph/graph.ts';
import { encodeModel } from './messages.ts';
import { byteLength, OUTPUT, sizesOf, toModel } from './model.ts';
import { type ClipSizes, INPUT, trace } from './trace.ts';

/** The operator sets in which the operators used here have the same meaning. */
export type OnnxOpset = 13 | 14 | 15 | 16 | 17;

/** Options of {@link exportOnnx}. */
export interface ExportOnnxOptions {
  /** The sizes of the model's input clips; the number N of clips is free. */
  readonly clips: ClipSizes;
  /** The graph's name. Default: `encoder`. */
  readonly name?: string;
  /** Text for the file's metadata, in addition to the sizes of a clip, such as layout, stream and recipe. Default: none. */
  readonly metadata?: Readonly<Record<string, string>>;
  /** The version of ONNX's operator set that the file requires. Default: 17. */
  readonly opset?: OnnxOpset;
}

/** The traced batch sizes: primes that are unlikely to equal another size in an encoder. */
const BATCHES = [13, 17, 23] as const;

/** The limit of a protobuf message, in bytes. */
const MAX_BYTES = 2 ** 31 - 1;

const optionNames: OptionNames<ExportOnnxOptions> = {
  clips: true,
  name: true,
  metadata: true,
  opset: true,
};

/**
 * The bytes of an ONNX file that computes `encoder.apply(clips, { mode: 'eval' })`: input `clips` `[N, C, T, V, M]`,
 * output `features` `[N, D]`, both float32, N free when the model runs.
 *
 * The encoder runs on a TensorFlow.js backend that only computes shapes and records, for every kernel, the equivalent ONNX
 * operators. The cost is therefore independent of the encoder's width. Any layer works whose kernels have a translation,
 * including your own encoders and those with a head. The parameters and buffers
 * used in `eval` mode become initializers under their own names; other constants (equal ones are shared) and nodes get
 * names that start with `/`. Loops are unrolled. T is fixed and is stored in the metadata with C, V and M. IR version 8.
 *
 * The encoder's variables are not moved. The current backend changes for the duration of four calls of
 * `apply`, during which no other code runs.
 *
 * @remarks `apply` is called with 13, 13, 17 and 23 clips. Different behaviour for another number of clips, by a
 * condition on N, is not detected.
 * @throws RangeError if a size is no positive integer, the operator set is not supported, metadata has the name of a size,
 * a variable has the name of another value, or the file would exceed 2³¹ − 1 bytes.
 * @throws Error, with what to do, if the encoder calls a kernel without a translation, reads numbers in `apply`, or depends
 * on N in another way than by sizes linear in N.
 *
 * @example
 * ```ts
 * const bytes = await exportOnnx(encoder, {
 *   clips: { channels: 3, frames: 64, joints: 25, persons: 2 },
 *   metadata: { layout: 'kinect-v2', stream: 'joint' },
 * });
 * await writeFileAtomic('encoder.onnx', bytes);
 * ```
 */
export async function exportOnnx(
  encoder: Layer<tf.Tensor5D, tf.Tensor2D>,
  options: ExportOnnxOptions,
): Promise<Uint8Array> {
  expectLayer('exportOnnx', 'an encoder', encoder);
  const {
    clips,
    name = 'encoder',
    metadata = {},
    opset = 17,
  } = expectOptions('exportOnnx', options, optionNames);
  checkOptions(clips, metadata, opset);
  expectNames([...Object.keys(encoder.params), ...Object.keys(encoder.buffers)]);
  await tf.ready();
  // An encoder may create a constant in its first call, and take different steps afterwards.
  trace(encoder, clips, BATCHES[0]);
  const recordings = BATCHES.map((batch) => trace(encoder, clips, batch)) as unknown as Recordings;
  const graph = forAnyBatch(recordings);
  expectWritable([...graph.sources.values(), ...graph.constants.values()]);
  // Started in the same turn as the trace, before other code can change a variable.
  const sources = await readAll(graph.sources);
  const features = recordings[0].output.shape[1] as number;
  return encodeModel(toModel(graph, sources, { clips, features, name, metadata, opset }));
}

function checkOptions(
  clips: ClipSizes,
  metadata: Readonly<Record<string, string>>,
  opset: number,
): void {
  const { channels, frames, joints, persons } = expectObject(
    'exportOnnx',
    clips,
    'the sizes of the clips',
  );
  expectPositiveIntegers('exportOnnx', { channels, frames, joints, persons });
  if (!(Number.isInteger(opset) && opset >= 13 && opset <= 17)) {
    throw new RangeError(
      `exportOnnx: expected an operator set from 13 to 17, got ${gotText(opset)}`,
    );
  }
  const reserved = sizesOf(clips);
  const taken = Object.keys(metadata).find((key) => Object.hasOwn(reserved, key));
  if (taken !== undefined) {
    throw new RangeError(
      `exportOnnx: expected metadata with keys other than ${Object.keys(reserved).join(', ')}, got '${taken}'`,
    );
  }
}

function expectNames(names: readonly string[]): void {
  const taken = names.find((name) => name === INPUT || name === OUTPUT || name.startsWith('/'));
  if (taken !== undefined) {
    throw new RangeError(
      `exportOnnx: expected variables not named ${INPUT}, ${OUTPUT} or /..., got '${taken}'`,
    );
  }
}

function expectWritable(constants: readonly Pick<Constant, 'type' | 'shape'>[]): void {
  const bytes = constants.reduce((sum, constant) => sum + byteLength(constant), 0);
  if (bytes > MAX_BYTES) {
    throw new RangeError(
      `exportOnnx: expected at most ${MAX_BYTES} bytes of weights in a file, got ${bytes}`,
    );
  }
}

async function readAll(
  sources: ReadonlyMap<string, Source>,
): Promise<ReadonlyMap<string, Constant>> {
  const entries = [...sources].map(
    async ([name, { type, shape, dataId }]): Promise<[string, Constant]> => {
      const values = (await tf.engine().read(dataId)) as tf.TypedArray;
      return [name, { type, shape, values }];
    },
  );
  return new Map(await Promise.all(entries));
}
