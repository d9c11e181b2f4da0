import * as tf from '@tensorflow/tfjs-core';
import type { Layer } from '@halp/nn';
import { expectLayer, expectOptions, expectPositiveIntegers, gotText } from '@halp/nn/check';
import { forAnyBatch, type Recordings } from './any-batch.ts';
import type { Constant, Source } from './graph/graph.ts';
import { encodeModel } from './messages.ts';
import { byteLength, OUTPUT, sizesOf, toModel } from './model.ts';
import { type ClipSizes, INPUT, trace } from './trace.ts';

/** The operator sets in which the operators that are written mean the same. */
export type OnnxOpset = 13 | 14 | 15 | 16 | 17;

/** What {@link exportOnnx} needs besides the encoder. */
export interface ExportOnnxOptions {
  /** Sizes of the clips that the model takes, any number N of them at once. */
  readonly clips: ClipSizes;
  /** The graph's name; `encoder` unless given. */
  readonly name?: string;
  /** Free text to go into the file beside the sizes of a clip, such as layout, stream and recipe. */
  readonly metadata?: Readonly<Record<string, string>>;
  /** The version of ONNX's operator set that the file asks for; 17 unless given. */
  readonly opset?: OnnxOpset;
}

/** Clips in the batches that are traced: primes that are unlikely to be another size of an encoder. */
const BATCHES = [13, 17, 23] as const;

/** What a protobuf message can hold. */
const MOST_BYTES = 2 ** 31 - 1;

/**
 * The bytes of an ONNX file that computes what `encoder.apply(clips, 'eval')` does: input `clips` `[N, C, T, V, M]`,
 * output `features` `[N, D]`, both float32, N free when the model runs.
 *
 * The encoder is run on a backend of TensorFlow.js that computes shapes only and writes down, for every kernel, the ONNX
 * operators that do the same; so what it costs is independent of the encoder's width, and any layer works that is made
 * of kernels with a translation, your own encoders and those with a head included. The parameters and buffers
 * that `eval` mode uses become initializers under their own names; other constants, equal ones shared, and nodes get
 * names that start with `/`. Loops are written out. T is fixed, and stands in the metadata with C, V and M. IR version 8.
 *
 * The encoder's variables stay where they are. The current backend is another one for the duration of four calls of
 * `apply`, during which nothing else can run.
 *
 * @remarks `apply` is called with 13, 13, 17 and 23 clips. What an encoder does differently for another number, by a
 * condition on N, is not seen.
 * @throws RangeError if a size is no positive integer, the operator set is another, metadata has the name of a size, a variable
 * that of another value, or * the file would have more than 2³¹ − 1 bytes; Error, with what to do, if the encoder calls a kernel without a
 * translation, reads numbers in `apply`, or does something that depends on N in another way than by sizes linear in N.
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
  } = expectOptions('exportOnnx', options);
  checkOptions(clips, metadata, opset);
  expectNames([...Object.keys(encoder.params), ...Object.keys(encoder.buffers)]);
  await tf.ready();
  // An encoder may make a constant when it is first applied, and take other steps afterwards.
  trace(encoder, clips, BATCHES[0]);
  const recordings = BATCHES.map((batch) => trace(encoder, clips, batch)) as unknown as Recordings;
  const graph = forAnyBatch(recordings);
  expectWritable([...graph.sources.values(), ...graph.constants.values()]);
  // Begun in the same turn as the trace, before anybody can change a variable.
  const sources = await readAll(graph.sources);
  const features = recordings[0].output.shape[1] as number;
  return encodeModel(toModel(graph, sources, { clips, features, name, metadata, opset }));
}

function checkOptions(
  clips: ClipSizes,
  metadata: Readonly<Record<string, string>>,
  opset: number,
): void {
  const { channels, frames, joints, persons } = expectOptions(
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
      `exportOnnx: expected metadata besides ${Object.keys(reserved).join(', ')}, got '${taken}'`,
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
  if (bytes > MOST_BYTES) {
    throw new RangeError(
      `exportOnnx: expected at most ${MOST_BYTES} bytes of weights in a file, got ${bytes}`,
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
