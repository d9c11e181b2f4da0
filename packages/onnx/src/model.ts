import type { Graph } from './any-batch.ts';
import type { Attribute, Constant, GraphNode } from './graph/graph.ts';
import { ELEMENT_TYPES } from './graph/operators.ts';
import type { AttributeMessage, ModelMessage, NodeMessage, TensorMessage } from './messages.ts';
import { type ClipSizes, INPUT } from './trace.ts';

/** The name of the model's output. */
export const OUTPUT = 'features';

/** The file format version of operator set 17; earlier sets may be used with it. */
const IR_VERSION = 8;

/** The contents of the file other than its graph. */
export interface ModelInfo {
  readonly clips: ClipSizes;
  /** D. */
  readonly features: number;
  readonly name: string;
  readonly metadata: Readonly<Record<string, string>>;
  readonly opset: number;
}

/** The graph as the content of a file; `sources` holds the numbers of its sources. */
export function toModel(
  graph: Graph,
  sources: ReadonlyMap<string, Constant>,
  { clips, features, name, metadata, opset }: ModelInfo,
): ModelMessage {
  const { channels, frames, joints, persons } = clips;
  const output: GraphNode = {
    op: 'Identity',
    inputs: [graph.output],
    outputs: [OUTPUT],
    attributes: {},
  };
  return {
    irVersion: IR_VERSION,
    producerName: '@halp/onnx',
    graph: {
      name,
      node: [...graph.nodes, output].map(nodeMessage),
      initializer: [...sources, ...graph.constants].map(tensorMessage),
      input: [valueInfo(INPUT, [channels, frames, joints, persons])],
      output: [valueInfo(OUTPUT, [features])],
    },
    opsetImport: [{ domain: '', version: opset }],
    metadataProps: Object.entries({ ...metadata, ...sizesOf(clips) }).map(([key, value]) => ({
      key,
      value,
    })),
  };
}

/** The sizes of a clip, as metadata. */
export function sizesOf(clips: ClipSizes): Readonly<Record<keyof ClipSizes, string>> {
  const { channels, frames, joints, persons } = clips;
  return {
    channels: String(channels),
    frames: String(frames),
    joints: String(joints),
    persons: String(persons),
  };
}

/** The bytes that a constant's numbers take in the file. */
export function byteLength({ type, shape }: Pick<Constant, 'type' | 'shape'>): number {
  const each = { float32: 4, int32: 4, int64: 8, bool: 1 }[type];
  return shape.reduce((product, size) => product * size, each);
}

function valueInfo(name: string, sizes: readonly number[]): ModelMessage['graph']['input'][number] {
  const dim = [{ dimParam: 'N' }, ...sizes.map((dimValue) => ({ dimValue }))];
  return { name, type: { tensorType: { elemType: ELEMENT_TYPES.float32, shape: { dim } } } };
}

function nodeMessage({ op, inputs, outputs, attributes }: GraphNode): NodeMessage {
  return {
    name: outputs[0] as string,
    opType: op,
    input: inputs,
    output: outputs,
    attribute: Object.entries(attributes).map(([name, value]) => attributeMessage(name, value)),
  };
}

function attributeMessage(name: string, value: Attribute): AttributeMessage {
  if (typeof value === 'number') return { name, type: 2, i: value };
  if (typeof value === 'string') return { name, type: 3, s: new TextEncoder().encode(value) };
  if ('float' in value) return { name, type: 1, f: value.float };
  return { name, type: 7, ints: value };
}

function tensorMessage([name, constant]: readonly [string, Constant]): TensorMessage {
  const { shape, type } = constant;
  return { name, dataType: ELEMENT_TYPES[type], dims: shape, rawData: bytesOf(constant) };
}

function bytesOf({ type, values }: Constant): Uint8Array {
  const { buffer, byteOffset, byteLength } = typed();
  return new Uint8Array(buffer, byteOffset, byteLength);

  function typed(): Float32Array | Int32Array | BigInt64Array | Uint8Array {
    switch (type) {
      case 'float32':
        return values instanceof Float32Array ? values : Float32Array.from(values);
      case 'int32':
        return values instanceof Int32Array ? values : Int32Array.from(values);
      case 'int64':
        return BigInt64Array.from(Array.from(values, BigInt));
      case 'bool':
        return Uint8Array.from(values);
    }
  }
}
