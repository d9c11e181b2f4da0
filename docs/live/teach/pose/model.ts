import { type GraphModel, loadGraphModel } from '@tensorflow/tfjs-converter';
import * as tf from '@tensorflow/tfjs-core';
import { FormatError } from '@halp/files';

/** A pose model in memory: the `.json` of a graph model of TensorFlow.js, and its weights. */
export interface PoseFiles {
  /** Its name. */
  readonly name: string;
  /** The `.json`. */
  readonly graph: tf.io.ModelJSON;
  /** The `.bin`. */
  readonly weights: ArrayBuffer;
}

/** What a model finds in a region. */
export interface PoseOutput {
  /** `[39, 5]`: x, y, z in pixels of the region, the logits of visibility and presence; the last six describe the region. */
  readonly landmarks: Float32Array;
  /** `[39, 3]`: x, y, z in metres from the middle of the hips; x to the right, y down, z away from the camera. */
  readonly world: Float32Array;
  /** The probability that a person is in the region. */
  readonly presence: number;
}

/** A graph model on the current backend. */
export interface Graph<Output> {
  /** Side of its square input, in pixels. */
  readonly side: number;
  /** The output for a picture, which is scaled to the range from `low` to 1. */
  run(picture: HTMLCanvasElement): Promise<Output>;
  /** Disposes the weights. */
  dispose(): void;
}

/** Builds a pose model with the outputs of BlazePose. @throws FormatError if it has others. */
export async function openPoseModel(files: PoseFiles): Promise<Graph<PoseOutput>> {
  const side = sideOf(files);
  const names = [195, 117, 1].map((size) => outputWith(files, 2, size));
  const model = await opened(files);
  return {
    side,
    async run(picture) {
      const [landmarks, world, presence] = await outputsOf(model, picture, 0, names);
      return {
        landmarks: landmarks as Float32Array,
        world: world as Float32Array,
        presence: (presence as Float32Array)[0] as number,
      };
    },
    dispose: () => model.dispose(),
  };
}

/** Builds BlazePose's detector of persons. */
export async function openDetector(files: PoseFiles): Promise<Graph<Float32Array>> {
  const side = sideOf(files);
  const names = [outputWith(files, 3, 13)];
  const model = await opened(files);
  return {
    side,
    run: async (picture) => (await outputsOf(model, picture, -1, names))[0] as Float32Array,
    dispose: () => model.dispose(),
  };
}

async function opened({ name, graph, weights }: PoseFiles): Promise<GraphModel> {
  const specs = graph.weightsManifest.flatMap((group) => group.weights);
  const { modelTopology, format, signature, userDefinedMetadata } = graph;
  try {
    return await loadGraphModel(
      tf.io.fromMemory({
        ...{ modelTopology, format, signature, userDefinedMetadata },
        weightSpecs: specs,
        weightData: weights,
      }),
    );
  } catch (error) {
    throw new FormatError(name, `expected a graph model of TensorFlow.js: ${String(error)}`);
  }
}

/** An input or output as the `signature` of a graph model describes it. */
interface Port {
  readonly name: string;
  readonly sizes: readonly number[];
}

/** The inputs or outputs of a graph model; none if its signature has another form. */
function portsOf({ graph }: PoseFiles, kind: 'inputs' | 'outputs'): readonly Port[] {
  const signature = graph.signature as SignatureJson | undefined;
  return Object.values(signature?.[kind] ?? {}).flatMap(({ name, tensorShape }) => {
    if (typeof name !== 'string' || !Array.isArray(tensorShape?.dim)) return [];
    return [{ name, sizes: tensorShape.dim.map(({ size }) => Number(size)) }];
  });
}

interface SignatureJson {
  readonly [kind: string]: Readonly<
    Record<
      string,
      {
        readonly name?: string;
        readonly tensorShape?: { readonly dim?: readonly { readonly size?: string | number }[] };
      }
    >
  >;
}

/** The name of the output with this number of dimensions, the last of this size. */
function outputWith(files: PoseFiles, dimensions: number, size: number): string {
  const outputs = portsOf(files, 'outputs');
  const found = outputs.find(({ sizes }) => sizes.length === dimensions && sizes.at(-1) === size);
  if (found !== undefined) return found.name;
  const got = outputs.map(({ sizes }) => `[${sizes.join(', ')}]`).join(', ');
  throw new FormatError(
    files.name,
    `expected an output of BlazePose with ${dimensions} dimensions, the last of size ${size}, got ${got || 'none'}`,
  );
}

function sideOf(files: PoseFiles): number {
  const [sizes = []] = portsOf(files, 'inputs').map((port) => port.sizes);
  const [, side = 0, width, channels] = sizes;
  if (sizes.length === 4 && width === side && channels === 3 && side > 0 && side <= 1024) {
    return side;
  }
  throw new FormatError(
    files.name,
    `expected one square picture of at most 1024 pixels as input, got [${sizes.join(', ')}]`,
  );
}

async function outputsOf(
  model: GraphModel,
  picture: HTMLCanvasElement,
  low: 0 | -1,
  names: readonly string[],
): Promise<readonly Float32Array[]> {
  const outputs = tf.tidy(() => {
    const pixels = tf.cast(tf.browser.fromPixels(picture), 'float32');
    const scaled = tf.add(tf.mul(pixels, (1 - low) / 255), low);
    const found = model.execute(tf.expandDims(scaled), [...names]);
    return Array.isArray(found) ? found : [found];
  });
  try {
    return await Promise.all(outputs.map((output) => output.data<'float32'>()));
  } finally {
    tf.dispose(outputs);
  }
}
