import { type IField, type IType, Root } from 'protobufjs/light.js';

/** A tensor with its numbers, little-endian. */
export interface TensorMessage {
  readonly name: string;
  /** 1 float32, 6 int32, 7 int64, 9 bool. */
  readonly dataType: number;
  readonly dims: readonly number[];
  readonly rawData: Uint8Array;
}

/** An attribute: its name, its type (1 float, 2 int, 3 string, 7 ints), and the field of that type. */
export interface AttributeMessage {
  readonly name: string;
  readonly type: number;
  readonly f?: number;
  readonly i?: number;
  readonly s?: Uint8Array;
  readonly ints?: readonly number[];
}

/** An operation. */
export interface NodeMessage {
  readonly name: string;
  readonly opType: string;
  readonly input: readonly string[];
  readonly output: readonly string[];
  readonly attribute: readonly AttributeMessage[];
}

/** The name, element type and shape of an input or output; a size is a number or a symbolic name. */
export interface ValueInfoMessage {
  readonly name: string;
  readonly type: {
    readonly tensorType: {
      readonly elemType: number;
      readonly shape: {
        readonly dim: readonly { readonly dimValue?: number; readonly dimParam?: string }[];
      };
    };
  };
}

/** A file's content. */
export interface ModelMessage {
  readonly irVersion: number;
  readonly producerName: string;
  readonly graph: {
    readonly name: string;
    readonly node: readonly NodeMessage[];
    readonly initializer: readonly TensorMessage[];
    readonly input: readonly ValueInfoMessage[];
    readonly output: readonly ValueInfoMessage[];
  };
  readonly opsetImport: readonly { readonly domain: string; readonly version: number }[];
  readonly metadataProps: readonly { readonly key: string; readonly value: string }[];
}

/** A proto2 message type, as in ONNX: fields are written even if they hold their default. */
function message(fields: Readonly<Record<string, IField>>): IType {
  return { edition: 'proto2', fields };
}

function list(type: string, id: number): IField {
  return { rule: 'repeated', type, id };
}

/** The fields used here, numbered as in ONNX's onnx.proto. */
export const messages: Root = /* @__PURE__ */ Root.fromJSON({
  nested: {
    ModelProto: message({
      irVersion: { type: 'int64', id: 1 },
      producerName: { type: 'string', id: 2 },
      graph: { type: 'GraphProto', id: 7 },
      opsetImport: list('OperatorSetIdProto', 8),
      metadataProps: list('StringStringEntryProto', 14),
    }),
    OperatorSetIdProto: message({
      domain: { type: 'string', id: 1 },
      version: { type: 'int64', id: 2 },
    }),
    StringStringEntryProto: message({
      key: { type: 'string', id: 1 },
      value: { type: 'string', id: 2 },
    }),
    GraphProto: message({
      node: list('NodeProto', 1),
      name: { type: 'string', id: 2 },
      initializer: list('TensorProto', 5),
      input: list('ValueInfoProto', 11),
      output: list('ValueInfoProto', 12),
    }),
    NodeProto: message({
      input: list('string', 1),
      output: list('string', 2),
      name: { type: 'string', id: 3 },
      opType: { type: 'string', id: 4 },
      attribute: list('AttributeProto', 5),
    }),
    AttributeProto: message({
      name: { type: 'string', id: 1 },
      f: { type: 'float', id: 2 },
      i: { type: 'int64', id: 3 },
      s: { type: 'bytes', id: 4 },
      ints: list('int64', 8),
      type: { type: 'int32', id: 20 },
    }),
    TensorProto: message({
      dims: list('int64', 1),
      dataType: { type: 'int32', id: 2 },
      name: { type: 'string', id: 8 },
      rawData: { type: 'bytes', id: 9 },
    }),
    ValueInfoProto: message({
      name: { type: 'string', id: 1 },
      type: { type: 'TypeProto', id: 2 },
    }),
    TypeProto: message({ tensorType: { type: 'TensorTypeProto', id: 1 } }),
    TensorTypeProto: message({
      elemType: { type: 'int32', id: 1 },
      shape: { type: 'TensorShapeProto', id: 2 },
    }),
    TensorShapeProto: message({ dim: list('DimensionProto', 1) }),
    DimensionProto: message({
      dimValue: { type: 'int64', id: 1 },
      dimParam: { type: 'string', id: 2 },
    }),
  },
});

/** The bytes of a model. */
export function encodeModel(model: ModelMessage): Uint8Array {
  const bytes = messages.lookupType('ModelProto').encode(model).finish();
  // In Node it is a Buffer.
  return new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
