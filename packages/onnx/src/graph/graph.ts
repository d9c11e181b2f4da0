/** The element types of the values in a graph; `int64` is that of sizes, axes and indices only. */
export type ElementType = 'float32' | 'int32' | 'bool' | 'int64';

/** A value of the graph: what a node gives, an initializer, or the input. */
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

/** Numbers that are known when the graph is written. */
export interface Constant {
  readonly type: ElementType;
  readonly shape: readonly number[];
  readonly values: ArrayLike<number>;
}

/** Whether two constants are one, bit by bit up to the kind of NaN. */
export function sameNumbers(a: Constant, b: Constant): boolean {
  if (a.type !== b.type || a.shape.join() !== b.shape.join()) return false;
  for (let i = 0; i < a.values.length; i++) {
    if (!Object.is(a.values[i], b.values[i])) return false;
  }
  return true;
}

/** A tensor that was there before: a variable of the encoder, or one that it holds besides. */
export interface Source {
  readonly type: ElementType;
  readonly shape: readonly number[];
  /** Its identity in TensorFlow.js. */
  readonly dataId: object;
}

/** Everything that an encoder did with a batch of one size. */
export interface Recording {
  /** N: clips of the batch. */
  readonly batch: number;
  /** In the order of the calls. */
  readonly nodes: readonly GraphNode[];
  /** By value name. */
  readonly constants: ReadonlyMap<string, Constant>;
  /** By value name, which is a variable's own. */
  readonly sources: ReadonlyMap<string, Source>;
  /** What the encoder returned. */
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
  /** The value of a tensor that was there before; the same one whenever it is asked for. */
  source(source: Source): Value;
  /** All of it. */
  finish(batch: number, output: Value): Recording;
}

/**
 * A recorder that has seen nothing.
 *
 * Names of values that it makes start with `/`, so that none is a variable's.
 *
 * @param nameOf - the name of a tensor that is a variable of the encoder.
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
      // Backends may keep one tensor's numbers for several shapes and types.
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
