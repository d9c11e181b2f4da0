import type { GraphRecorder, Value } from '../graph/graph.ts';

/** A call of a TensorFlow.js kernel. */
export interface KernelCall {
  /** By the kernel's own names; lists under `0`, `1` and so on. */
  readonly inputs: Readonly<Record<string, Value>>;
  /** The kernel's own. */
  readonly attributes: Readonly<Record<string, unknown>>;
}

/** Adds what a kernel does to a graph and gives its outputs. */
export type Translation = (graph: GraphRecorder, call: KernelCall) => Value | readonly Value[];

/** Translations by kernel name. */
export type Translations = Readonly<Record<string, Translation>>;

/**
 * A translation written with the kernel's inputs by name and its attributes by type, which TensorFlow.js states for each
 * kernel but does not tie to it.
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

/** An axis counted from the front. */
export function fromFront(axis: number, rank: number): number {
  return axis < 0 ? axis + rank : axis;
}

/** Throws unless what a kernel was called with can be written as ONNX. */
export function expectTranslatable(fits: boolean, what: string): asserts fits {
  if (!fits) {
    throw new Error(
      `exportOnnx: ${what} cannot be written as ONNX; write this part of the encoder with other functions`,
    );
  }
}
