import { type Attribute, type Constant, type GraphNode, sameNumbers } from './graph/graph.ts';
import { INPUT } from './trace.ts';

/** A number that depends on the number of clips: scale·N + offset. */
export interface Size {
  readonly scale: number;
  readonly offset: number;
}

/** The constants of a graph, with equal ones shared, and the nodes that compute sizes from N. */
export interface BatchSizes {
  readonly nodes: readonly GraphNode[];
  readonly constants: ReadonlyMap<string, Constant>;
  /** The name of a constant. */
  constant(constant: Constant): string;
  /** The name of an int64 list. */
  list(sizes: readonly Size[]): string;
  /** The name of a constant broadcast to a shape. */
  expanded(constant: Constant, shape: readonly Size[]): string;
}

/** Starts without constants and sizes. */
export function createBatchSizes(): BatchSizes {
  const nodes: GraphNode[] = [];
  const constants = new Map<string, Constant>();
  const byStart = new Map<string, string[]>();
  const computed = new Map<string, string>();

  const constant = (wanted: Constant): string => {
    const { type, shape, values } = wanted;
    const start = [
      type,
      shape.join(),
      ...Array.from({ length: Math.min(8, values.length) }, (_, i) => values[i]),
    ].join();
    const alike = byStart.get(start) ?? [];
    const same = alike.find((name) => sameNumbers(constants.get(name) as Constant, wanted));
    if (same !== undefined) return same;
    const name = `/constant_${constants.size}`;
    constants.set(name, wanted);
    byStart.set(start, [...alike, name]);
    return name;
  };
  const integers = (values: readonly number[]): string =>
    constant({ type: 'int64', shape: [values.length], values });
  /** The output of a node, which is created once. */
  const node = (
    op: string,
    inputs: readonly string[],
    attributes: Readonly<Record<string, Attribute>> = {},
  ): string => {
    const key = JSON.stringify([op, inputs, attributes]);
    const known = computed.get(key);
    if (known !== undefined) return known;
    const name = `/size_${op}_${nodes.length}`;
    nodes.push({ op, inputs, outputs: [name], attributes });
    computed.set(key, name);
    return name;
  };
  const size = ({ scale, offset }: Size): string => {
    if (scale === 0) return integers([offset]);
    const shape = node('Shape', [INPUT]);
    const clips = node('Slice', [shape, integers([0]), integers([1])]);
    const scaled = scale === 1 ? clips : node('Mul', [clips, integers([scale])]);
    return offset === 0 ? scaled : node('Add', [scaled, integers([offset])]);
  };
  const list = (sizes: readonly Size[]): string => {
    const [only, ...more] = sizes.map(size) as [string, ...string[]];
    return more.length === 0 ? only : node('Concat', [only, ...more], { axis: 0 });
  };
  return {
    nodes,
    constants,
    constant,
    list,
    expanded: (pattern, shape) => node('Expand', [constant(pattern), list(shape)]),
  };
}
