/** The element types of values in a graph; `int64` is used for sizes, axes and indices only. */
export type ElementType = 'float32' | 'int32' | 'bool' | 'int64';

/** A value of the graph: an output of a node, an initializer, or the input. */
export interface Value {
  readonly name: string;
  readonly shape: readonly number[];
  readonly type: ElementType;
}

/** A floating-point attribute; a bare number is an integer one. */
export interface FloatAttribute {
  readonly float: number;
}

/** An attribute of a node. */
export type Attribute = number | readonly number[] | string | FloatAttribute;

/** An ONNX node, by the names of its inputs and outputs. */
export interface GraphNode {
  readonly op: string;
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  readonly attributes: Readonly<Record<string, Attribute>>;
}

/** A constant: numbers that are known at export. */
export interface Constant {
  readonly type: ElementType;
  readonly shape: readonly number[];
  readonly values: ArrayLike<number>;
}

/** Whether two constants are equal, bit by bit (all NaNs are equal). */
export function sameNumbers(a: Constant, b: Constant): boolean {
  if (a.type !== b.type || a.shape.join() !== b.shape.join()) return false;
  for (let i = 0; i < a.values.length; i++) {
    if (!Object.is(a.values[i], b.values[i])) return false;
  }
  return true;
}

/** A tensor that existed before the call: a variable of the encoder, or another tensor that it holds. */
export interface Source {
  readonly type: ElementType;
  readonly shape: readonly number[];
  /** Its identity in TensorFlow.js. */
  readonly dataId: object;
}

/** The recording of an encoder for one batch size. */
export interface Recording {
  /** N: the number of clips. */
  readonly batch: number;
  /** The nodes, in the order of the calls. */
  readonly nodes: readonly GraphNode[];
  /** By value name. */
  readonly constants: ReadonlyMap<string, Constant>;
  /** By value name; a variable's value has the variable's name. */
  readonly sources: ReadonlyMap<string, Source>;
  /** The encoder's result. */
  readonly output: Value;
}

/** Collects the nodes, constants and sources of one {@link Recording}. */
export interface GraphRecorder {
  /** The output of a new node. */
  node(
    op: string,
    inputs: readonly Value[],
    output: Pick<Value, 'shape' | 'type'>,
    attributes?: Readonly<Record<string, Attribute>>,
  ): Value;
  /** The outputs of a new node that has several. */
  nodes(
    op: string,
    inputs: readonly Value[],
    outputs: readonly Pick<Value, 'shape' | 'type'>[],
    attributes?: Readonly<Record<string, Attribute>>,
  ): readonly Value[];
  /** A new constant. */
  constant(constant: Constant): Value;
  /** The value of a tensor that existed before; the same value at every call. */
  source(source: Source): Value;
  /** All of it. */
  finish(batch: number, output: Value): Recording;
}

/**
 * An empty recorder.
 *
 * Names of its values start with `/`, so that none equals a variable's.
 *
 * @param nameOf - The name of a tensor that is a variable of the encoder.
 */
export function createGraphRecorder(nameOf: (source: Source) => string | undefined): GraphRecorder {
  const nodes: GraphNode[] = [];
  const constants = new Map<string, Constant>();
  const sources = new Map<string, Source>();
  const sourceValues = new Map<object, Value[]>();

  const addNodes: GraphRecorder['nodes'] = (op, inputs, outputs, attributes = {}) => {
    const stem = `/${op}_${nodes.length}`;
    const values = outputs.map(({ shape, type }, i): Value => {
      if (shape.includes(0)) {
        throw new RangeError(
          `exportOnnx: expected no empty tensors, got one [${shape.join(', ')}] from ${op}`,
        );
      }
      return { name: outputs.length === 1 ? stem : `${stem}_${i}`, shape: [...shape], type };
    });
    nodes.push({
      op,
      inputs: inputs.map(({ name }) => name),
      outputs: values.map(({ name }) => name),
      attributes,
    });
    return values;
  };

  return {
    nodes: addNodes,
    node: (op, inputs, output, attributes) =>
      addNodes(op, inputs, [output], attributes)[0] as Value,
    constant(constant) {
      const name = `/constant_${constants.size}`;
      constants.set(name, constant);
      return { name, shape: constant.shape, type: constant.type };
    },
    source(source) {
      const known = sourceValues.get(source.dataId) ?? [];
      // Backends may share one tensor's numbers between several shapes and types.
      const same = known.find(
        ({ shape, type }) => type === source.type && shape.join() === source.shape.join(),
      );
      if (same !== undefined) return same;
      const name = nameOf(source) ?? `/captured_${sources.size}`;
      const value = { name, shape: source.shape, type: source.type };
      sources.set(name, source);
      sourceValues.set(source.dataId, [...known, value]);
      return value;
    },
    finish: (batch, output) => ({ batch, nodes, constants, sources, output }),
  };
}
