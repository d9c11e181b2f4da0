import * as tf from '@tensorflow/tfjs-core';
import type { GraphRecorder, Value } from './graph/graph.ts';
import type { Translation } from './kernels/kernel.ts';

/** The backend's data of a tensor. */
interface Entry {
  /** The value in the graph; created when a kernel first reads the tensor. */
  value?: Value;
  /** The numbers, if they were written and not computed. */
  readonly written?: tf.TypedArray | undefined;
  references: number;
}

/**
 * A TensorFlow.js backend that computes shapes and records the operations instead of running them.
 *
 * It never reads the numbers of another backend's tensor, so that no tensor moves here.
 */
export class TraceBackend extends tf.KernelBackend {
  readonly #graph: GraphRecorder;
  readonly #entries = new Map<tf.DataId, Entry>();

  /** @param graph - Receives the nodes. */
  constructor(graph: GraphRecorder) {
    super();
    this.#graph = graph;
  }

  /** A new tensor for a value of the graph. */
  tensorFor(value: Value): tf.TensorInfo {
    const dataId = {};
    this.#entries.set(dataId, { value, references: 1 });
    return { dataId, shape: [...value.shape], dtype: value.type as tf.DataType };
  }

  /** The value in the graph of a tensor. */
  valueFor({ dataId, shape, dtype }: tf.TensorInfo): Value {
    if (dtype === 'string' || dtype === 'complex64') {
      throw new TypeError(
        `exportOnnx: expected numbers and truth values, got a tensor of ${dtype}`,
      );
    }
    const entry = this.#entries.get(dataId);
    if (entry === undefined) return this.#graph.source({ dataId, shape: [...shape], type: dtype });
    entry.value ??= this.#graph.constant({
      type: dtype,
      shape: [...shape],
      values: entry.written ?? [],
    });
    return entry.value;
  }

  /** The outputs of a kernel, as tensors. */
  run(
    translate: Translation,
    inputs: tf.NamedTensorInfoMap,
    attributes: Readonly<Record<string, unknown>>,
  ): tf.TensorInfo | tf.TensorInfo[] {
    const values: Record<string, Value> = {};
    for (const [name, info] of Object.entries(inputs)) {
      if (info !== undefined && info !== null) values[name] = this.valueFor(info);
    }
    const result = translate(this.#graph, { inputs: values, attributes });
    return isList(result) ? result.map((value) => this.tensorFor(value)) : this.tensorFor(result);
  }

  /** Whether there is a tensor left whose numbers were never computed. */
  get keepsComputed(): boolean {
    return [...this.#entries.values()].some(({ written }) => written === undefined);
  }

  override write(values: tf.BackendValues, _shape: number[], dtype: tf.DataType): tf.DataId {
    const dataId = {};
    // The array belongs to the caller, who may write into it later.
    const written = copied(values, dtype);
    this.#entries.set(dataId, { written, references: 1 });
    return dataId;
  }

  override readSync(dataId: tf.DataId): tf.BackendValues {
    const written = this.#entries.get(dataId)?.written;
    if (written === undefined) {
      throw new Error(
        'exportOnnx: apply reads the numbers of a tensor that it computes (dataSync or data), which are not known before the model runs; write it with tensors only',
      );
    }
    return written;
  }

  override async read(dataId: tf.DataId): Promise<tf.BackendValues> {
    return this.readSync(dataId);
  }

  override refCount(dataId: tf.DataId): number {
    return this.#entries.get(dataId)?.references ?? 0;
  }

  override incRef(dataId: tf.DataId): void {
    const entry = this.#entries.get(dataId);
    if (entry !== undefined) entry.references++;
  }

  override disposeData(dataId: tf.DataId, force = false): boolean {
    const entry = this.#entries.get(dataId);
    if (entry === undefined) return true;
    entry.references--;
    if (entry.references > 0 && !force) return false;
    this.#entries.delete(dataId);
    return true;
  }

  override numDataIds(): number {
    return this.#entries.size;
  }

  override memory(): { unreliable: boolean } {
    return { unreliable: true };
  }

  override floatPrecision(): 32 {
    return 32;
  }

  override timerAvailable(): boolean {
    return false;
  }

  override dispose(): void {
    // Remaining tensors stay readable.
  }
}

function copied(values: tf.BackendValues, dtype: tf.DataType): tf.TypedArray | undefined {
  if (dtype === 'string' || values === null || values === undefined) return undefined;
  return (values as tf.TypedArray).slice();
}

function isList(result: Value | readonly Value[]): result is readonly Value[] {
  return Array.isArray(result);
}
