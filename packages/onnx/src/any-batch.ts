import { type BatchSizes, createBatchSizes, type Size } from './batch-sizes.ts';
import {
  type Constant,
  type GraphNode,
  type Recording,
  sameNumbers,
  type Source,
} from './graph/graph.ts';

/** A graph that works for any number of clips. */
export interface Graph {
  /** The nodes, in execution order. */
  readonly nodes: readonly GraphNode[];
  readonly constants: ReadonlyMap<string, Constant>;
  readonly sources: ReadonlyMap<string, Source>;
  /** The name of the value that is the output. */
  readonly output: string;
}

/** Recordings of an encoder for three batch sizes: two sizes alone always fit a line. */
export type Recordings = readonly [Recording, Recording, Recording];

/**
 * One graph from recordings with different batch sizes.
 *
 * Sizes that differ linearly in N are computed when the model runs (the single unknown size of a Reshape is
 * -1). A constant that is repeated along every axis that differs is broadcast.
 *
 * @throws Error if the recordings differ in anything else.
 */
export function forAnyBatch(recordings: Recordings): Graph {
  expectSameSteps(recordings);
  const [{ constants, nodes, sources, output }] = recordings;
  const sizes = createBatchSizes();
  const reshapes = new Set(
    nodes.filter(({ op }) => op === 'Reshape').map(({ inputs }) => inputs[1]),
  );
  const renamed = new Map<string, string>();
  for (const name of constants.keys()) {
    const all = recordings.map((recording) => recording.constants.get(name) as Constant);
    renamed.set(name, resolve(all, recordings, sizes, reshapes.has(name)));
  }
  const rename = (name: string): string => renamed.get(name) ?? name;
  const renamedNodes = nodes.map((node) => ({ ...node, inputs: node.inputs.map(rename) }));
  return withoutUnused({
    nodes: [...sizes.nodes, ...renamedNodes],
    constants: sizes.constants,
    sources,
    output: rename(output.name),
  });
}

/** The name of a value that equals each of the constants at the batch size of its recording. */
function resolve(
  all: readonly Constant[],
  recordings: Recordings,
  sizes: BatchSizes,
  isShape: boolean,
): string {
  const first = all[0] as Constant;
  if (all.every((other) => sameNumbers(first, other))) return sizes.constant(first);
  const lined = (numbers: (constant: Constant) => ArrayLike<number>): Size[] =>
    Array.from(numbers(first), (_, i) =>
      lineThrough(
        recordings.map(({ batch }, which) => [batch, numbers(all[which] as Constant)[i] as number]),
      ),
    );
  if (first.type === 'int64' && first.shape.length === 1) {
    const list = lined(({ values }) => values);
    if (!isShape || list.filter(({ scale }) => scale !== 0).length > 1) return sizes.list(list);
    const values = list.map(({ scale, offset }) => (scale === 0 ? offset : -1));
    return sizes.constant({ ...first, values });
  }
  const patterns = all.map((constant) => unrepeated(constant, all));
  const pattern = patterns[0] as Constant;
  if (patterns.some((other) => !sameNumbers(pattern, other))) {
    throw new Error(
      `exportOnnx: expected constants that are the same for any number of clips, or repeated along N, got a ${first.type} [${first.shape.join(', ')}] that differs for ${recordings.map(({ batch }) => batch).join(', ')} clips; compute it from the clips with tensor functions`,
    );
  }
  return sizes.expanded(
    pattern,
    lined(({ shape }) => shape),
  );
}

/** The constant with size 1 along every axis whose size differs between recordings, if it is only repeated there. */
function unrepeated(constant: Constant, all: readonly Constant[]): Constant {
  const { shape, values, type } = constant;
  const differs = shape.map((size, axis) => all.some((other) => other.shape[axis] !== size));
  if (all.some((other) => other.shape.length !== shape.length)) return constant;
  const kept = shape.map((size, axis) => (differs[axis] === true ? 1 : size));
  const pattern: number[] = [];
  const indexOf = indexer(shape, kept);
  for (let i = 0; i < values.length; i++) {
    const at = indexOf(i);
    pattern[at] ??= values[i] as number;
    // A different number at the same index: not a repetition.
    if (!Object.is(pattern[at], values[i])) return constant;
  }
  return { type, shape: kept, values: pattern };
}

/** Maps an index in an array to the index in an array where some axes have size 1. */
function indexer(shape: readonly number[], kept: readonly number[]): (index: number) => number {
  return (index) => {
    let rest = index;
    let at = 0;
    let stride = 1;
    for (let axis = shape.length - 1; axis >= 0; axis--) {
      const size = shape[axis] as number;
      if (kept[axis] !== 1) at += (rest % size) * stride;
      rest = Math.floor(rest / size);
      stride *= kept[axis] as number;
    }
    return at;
  };
}

/** The line through points (N, size). */
function lineThrough(points: readonly (readonly number[])[]): Size {
  const [[n0, y0], [n1, y1]] = points as readonly [[number, number], [number, number]];
  const scale = (y1 - y0) / (n1 - n0);
  const offset = y0 - scale * n0;
  const fits = points.every(([n, y]) => y === scale * (n as number) + offset);
  if (!(fits && Number.isInteger(scale))) {
    throw new Error(
      `exportOnnx: expected sizes that are constant or grow by a fixed number with each clip, got ${points.map(([n, y]) => `${y} for ${n} clips`).join(', ')}`,
    );
  }
  return { scale, offset };
}

function expectSameSteps(recordings: Recordings): void {
  const [first, ...others] = recordings;
  for (const other of others) {
    const steps = Math.max(first.nodes.length, other.nodes.length);
    for (let i = 0; i < steps; i++) {
      if (signature(first, i) !== signature(other, i)) {
        throw new Error(
          `exportOnnx: expected apply to take the same steps for any number of clips, got ${describe(first.nodes[i])} for ${first.batch} clips and ${describe(other.nodes[i])} for ${other.batch}`,
        );
      }
    }
    const sameTensors = [...first.sources].every(
      ([name, { dataId }]) => other.sources.get(name)?.dataId === dataId,
    );
    if (!sameTensors || first.output.name !== other.output.name) {
      throw new Error(
        `exportOnnx: expected apply to read and return the same tensors for any number of clips, got different ones for ${first.batch} clips and ${other.batch}`,
      );
    }
  }
}

/** The parts of a step that do not depend on sizes: operator, names, attributes, and the lengths of its list inputs. */
function signature({ nodes, constants }: Recording, step: number): string {
  const node = nodes[step];
  const lengths = node?.inputs.map((name) => {
    const constant = constants.get(name);
    return constant?.type === 'int64' ? constant.shape : [];
  });
  return JSON.stringify([node, lengths]);
}

function describe(node: GraphNode | undefined): string {
  return node === undefined ? 'others' : `${node.op} ${JSON.stringify(node.attributes)}`;
}

function withoutUnused(graph: Graph): Graph {
  const used = new Set([graph.output]);
  const nodes: GraphNode[] = [];
  for (const node of graph.nodes.toReversed()) {
    if (!node.outputs.some((name) => used.has(name))) continue;
    nodes.push(node);
    for (const name of node.inputs) used.add(name);
  }
  const onlyUsed = <T>(all: ReadonlyMap<string, T>): Map<string, T> =>
    new Map([...all].filter(([name]) => used.has(name)));
  return {
    nodes: nodes.reverse(),
    constants: onlyUsed(graph.constants),
    sources: onlyUsed(graph.sources),
    output: graph.output,
  };
}
