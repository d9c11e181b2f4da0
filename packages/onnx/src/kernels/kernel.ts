import type { GraphRecorder, Value } from '../graph/graph.ts';

/** A call of a TensorFlow.js kernel. */
export interface KernelCall {
  /** The inputs, by the kernel's names; lists under `0`, `1` and so on. */
  readonly inputs: Readonly<Record<string, Value>>;
  /** The kernel's attributes. */
  readonly attributes: Readonly<Record<string, unknown>>;
}

/** Adds a kernel's operators to a graph and returns its outputs. */
export type Translation = (graph: GraphRecorder, call: KernelCall) => Value | readonly Value[];

/** Translations by kernel name. */
export type Translations = Readonly<Record<string, Translation>>;

/**
 * A translation with typed inputs and attributes, which TensorFlow.js declares for each
 * kernel but does not associate with it.
 */
export function kernel<Input extends string, Attributes = object>(
  translate: (
    graph: GraphRecorder,
    inputs: Readonly<Record<Input, Value>>,
    attributes: Readonly<Attributes>,
  ) => Value | readonly Value[],
): Translation {
  return (graph, { inputs, attributes }) => translate(graph, inputs, attributes as Attributes);
}

/** A translation of a kernel with a list of inputs. */
export function listKernel<Attributes = object>(
  translate: (
    graph: GraphRecorder,
    inputs: readonly Value[],
    attributes: Readonly<Attributes>,
  ) => Value | readonly Value[],
): Translation {
  return (graph, { inputs, attributes }) =>
    translate(graph, Object.values(inputs), attributes as Attributes);
}

/** An axis as a non-negative index. */
export function fromFront(axis: number, rank: number): number {
  return axis < 0 ? axis + rank : axis;
}

/** Throws unless a kernel's call can be written in ONNX. */
export function expectTranslatable(fits: boolean, what: string): asserts fits {
  if (!fits) {
    throw new Error(
      `exportOnnx: ${what} cannot be written as ONNX; write this part of the encoder with other functions`,
    );
  }
}
