import * as tf from '@tensorflow/tfjs-core';
import { expectPass } from '@halp/nn';
import { expectArray, expectObject } from '@halp/random/check';
import type { Encoder } from '../encoder.ts';

/** What {@link layersEncoder} uses of a model; every `tf.LayersModel` of `@tensorflow/tfjs-layers` has it. */
export interface LayersModel {
  /** The layers. */
  readonly layers: readonly ModelLayer[];
  /** The clips, one input of shape `[null, C, T, V, M]`. */
  readonly inputs: readonly ModelTensor[];
  /** The features, one output of shape `[null, D]`. */
  readonly outputs: readonly ModelTensor[];
  /** The features of a batch. */
  apply(inputs: tf.Tensor, options: { readonly training: boolean }): unknown;
  /** Frees the weights. */
  dispose(): unknown;
}

/** An input or output of a {@link LayersModel}. */
export interface ModelTensor {
  /** The shape with the batch first; null is any size. */
  readonly shape: readonly (number | null)[];
}

/** One layer of a {@link LayersModel}. */
export interface ModelLayer {
  /** Its unique name. */
  readonly name: string;
  /** The weights that an optimizer changes. */
  readonly trainableWeights: readonly ModelWeight[];
  /** The other weights, such as moving averages. */
  readonly nonTrainableWeights: readonly ModelWeight[];
  /** The name of its class, such as `Dense`. */
  getClassName(): string;
  /** Its settings. */
  getConfig(): object;
}

/** One weight of a layer. */
export interface ModelWeight {
  /** A name that is unique in the process: `dense_Dense1/kernel`. */
  readonly name: string;
  /** Its value. */
  read(): tf.Tensor;
}

/**
 * An encoder from a `tf.layers` model, such as `tf.sequential({ layers })`: its weights are parameters and buffers, its moving
 * averages follow in training, and `dispose` disposes the model.
 *
 * Parameters are named by layer: `0.kernel`, `3.gamma`. Initial weights are drawn by the model's initializers: give each a `seed`
 * from `rng.integer(2 ** 31)`, or a run cannot be repeated.
 *
 * @param model - From clips `[null, C, T, V, M]` to features `[null, D]`; C, T, V, M may be null. A model with random layers
 * (dropout, noise) is refused, because TensorFlow.js draws them from no stream that can be saved: wrap the encoder in
 * `dropout` of `@halp/nn`.
 * @throws RangeError if it has several inputs or outputs, other shapes, or random layers.
 *
 * @example
 * ```ts
 * const seed = rng.integer(2 ** 31);
 * const kernelInitializer = tf.initializers.glorotUniform({ seed });
 * const encoder = layersEncoder(
 *   tf.sequential({
 *     layers: [
 *       tf.layers.flatten({ inputShape: [3, 64, 25, 2] }),
 *       tf.layers.dense({ units: 128, kernelInitializer }),
 *     ],
 *   }),
 * );
 * ```
 */
export function layersEncoder(model: LayersModel): Encoder {
  expectObject('layersEncoder', model, 'a model of tf.layers');
  expectArray('layersEncoder', 'a model of tf.layers with a list of layers', model.layers);
  const { input, size } = shapesOf(model);
  expectNoRandomLayer(model);
  const params: Record<string, tf.Variable> = {};
  const buffers: Record<string, tf.Variable> = {};
  model.layers.forEach((layer, i) => {
    addWeights(params, layer.trainableWeights, `${i}`);
    addWeights(buffers, layer.nonTrainableWeights, `${i}`);
  });
  return {
    featureSize: size,
    params,
    buffers,
    apply(x, pass) {
      expectPass('layersEncoder', pass);
      expectClips(x, input);
      return tf.tidy(() => {
        const features = model.apply(x, { training: pass.mode === 'train' });
        return features as tf.Tensor2D;
      });
    },
    dispose: () => void model.dispose(),
  };
}

type Shape = readonly (number | null)[];

function shapesOf({ inputs, outputs }: LayersModel): {
  readonly input: Shape;
  readonly size: number;
} {
  const text = (shapes: readonly ModelTensor[]): string =>
    shapes.map(({ shape }) => shapeText(shape)).join(' and ');
  const [input, output] = [inputs[0]?.shape ?? [], outputs[0]?.shape ?? []];
  const size = output[1];
  const isOne = inputs.length === 1 && outputs.length === 1;
  if (isOne && input.length === 5 && output.length === 2 && typeof size === 'number') {
    return { input, size };
  }
  throw new RangeError(
    'layersEncoder: expected a model from clips [null, C, T, V, M] to features [null, D], ' +
      `got ${text(inputs)} to ${text(outputs)}`,
  );
}

function expectNoRandomLayer({ layers }: LayersModel): void {
  for (const layer of layers) {
    const className = layer.getClassName();
    const random = randomIn({ className, config: layer.getConfig() });
    if (random === undefined) continue;
    throw new RangeError(
      `layersEncoder: expected layers that draw no random numbers, got ${random} (${layer.name}); ` +
        'leave it out, and use dropout of @halp/nn on the features',
    );
  }
}

/** The class of a random layer in the settings of a layer, which may hold other layers. */
function randomIn(settings: unknown): string | undefined {
  if (typeof settings !== 'object' || settings === null) return undefined;
  const { className, config } = settings as { readonly className?: unknown; config?: unknown };
  const { dropout = 0, recurrentDropout = 0 } = (config ?? {}) as Readonly<Record<string, unknown>>;
  const isNamed = typeof className === 'string' && /dropout|noise|^random/i.test(className);
  const isRandom = isNamed || dropout !== 0 || recurrentDropout !== 0;
  if (typeof className === 'string' && isRandom) return className;
  for (const inner of Object.values(settings)) {
    const found = randomIn(inner);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** Adds the variables of weights under `<layer>.<name>`; a second weight of that name has a number. */
function addWeights(
  variables: Record<string, tf.Variable>,
  weights: readonly ModelWeight[],
  layer: string,
): void {
  for (const weight of weights) {
    const base = `${layer}.${weight.name.slice(weight.name.lastIndexOf('/') + 1)}`;
    let name = base;
    for (let n = 2; name in variables; n++) name = `${base}_${n}`;
    variables[name] = variableOf(weight);
  }
}

/** The variable of a weight, which TensorFlow.js registers under the weight's name. */
function variableOf(weight: ModelWeight): tf.Variable {
  const variable = tf.engine().registeredVariables[weight.name];
  if (variable?.dataId === weight.read().dataId) return variable;
  throw new RangeError(
    `layersEncoder: expected the weight ${weight.name} as a registered variable, got none; ` +
      'build the model with the @tensorflow/tfjs-core that this package uses',
  );
}

function expectClips(x: tf.Tensor5D, input: Shape): void {
  const fits = x.rank === 5 && x.shape.every((size, i) => size > 0 && (input[i] ?? size) === size);
  if (fits) return;
  throw new RangeError(
    `layersEncoder: expected clips ${shapeText(input)}, got ${shapeText(x.shape)}`,
  );
}

const shapeText = (shape: Shape): string => `[${shape.map(String).join(', ')}]`;
