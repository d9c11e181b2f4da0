import type * as tf from '@tensorflow/tfjs-core';
import { type Bytes, formatSafetensors, parseSafetensors } from '@halp/files';
import { fileBytes } from '@halp/files/check';
import { expectObject } from '@halp/random/check';
import { expectParams, expectVariablesOf } from '../check.ts';
import type { Layer } from '../layer/layer.ts';
import { mergeParams, type Params } from '../layer/params.ts';
import { loadStateInto, stateArrays } from './pytorch-state.ts';

/** The variables of a layer: its parameters and its buffers. */
export type LayerVariables = Pick<Layer<tf.Tensor, tf.Tensor>, 'params' | 'buffers'>;

/**
 * The bytes of a safetensors file with the whole layer: its parameters and its buffers, such as the running statistics
 * of BatchNorm, under their names. {@link loadLayerInto} reads it.
 *
 * @param layer - an encoder, a head, or any other layer.
 * @param metadata - text to store in the file, by key.
 * @throws TypeError if a variable is neither float32 nor int32.
 *
 * @example
 * ```ts
 * const bytes = await saveLayer(encoder, { epoch: '300' });
 * loadLayerInto(another, bytes, 'encoder.safetensors'); // gives the same features
 * ```
 */
export async function saveLayer(
  layer: LayerVariables,
  metadata: Readonly<Record<string, string>> = {},
): Promise<Uint8Array> {
  expectVariablesOf('saveLayer', layer);
  expectObject('saveLayer', metadata, 'metadata by key');
  const { params, buffers } = layer;
  return saveParams(mergeParams(params, buffers), metadata);
}

/**
 * Sets the parameters and buffers of a layer to the contents of a file of {@link saveLayer}; returns the file's metadata.
 *
 * @param path - the file's name, for error messages.
 * @throws FormatError if the bytes are not a safetensors file, or do not hold exactly the layer's parameters and
 * buffers with their shapes; a file of the parameters alone is refused. Nothing is changed in that case.
 */
export function loadLayerInto(
  layer: LayerVariables,
  bytes: Bytes,
  path: string,
): Readonly<Record<string, string>> {
  expectVariablesOf('loadLayerInto', layer);
  fileBytes('loadLayerInto', bytes);
  const { params, buffers } = layer;
  return loadParamsInto(mergeParams(params, buffers), bytes, path);
}

/**
 * The bytes of a safetensors file with these variables only, float32 or int32, under their names; see
 * {@link stateArrays}.
 *
 * @param metadata - text to store in the file, by key.
 * @throws TypeError if a variable has another type, or a layer is passed.
 * @remarks The `params` of a layer are not complete: {@link saveLayer} also saves its buffers.
 *
 * @example
 * ```ts
 * await writeFileAtomic('optimizer.safetensors', await saveParams(optimizer.state));
 * ```
 */
export async function saveParams(
  params: Params,
  metadata: Readonly<Record<string, string>> = {},
): Promise<Uint8Array> {
  expectVariables('saveParams', params, 'saveLayer');
  expectParams('saveParams', params);
  expectObject('saveParams', metadata, 'metadata by key');
  return formatSafetensors(await stateArrays(params), metadata);
}

/**
 * Sets the variables to the tensors of the same names in a safetensors file, as {@link loadStateInto} does; returns the
 * file's metadata. For a layer's parameters and buffers, use {@link loadLayerInto}.
 *
 * @param path - the file's name, for error messages.
 * @throws FormatError if the bytes are not a safetensors file, or do not hold exactly these variables; nothing is
 * changed in that case.
 * @throws TypeError if a layer is passed.
 */
export function loadParamsInto(
  params: Params,
  bytes: Bytes,
  path: string,
): Readonly<Record<string, string>> {
  expectVariables('loadParamsInto', params, 'loadLayerInto');
  expectParams('loadParamsInto', params);
  const { tensors, metadata } = parseSafetensors(fileBytes('loadParamsInto', bytes), path);
  loadStateInto(params, tensors, path);
  return metadata;
}

/** Throws if a layer is passed instead of a record of variables. */
function expectVariables(caller: string, params: Params, instead: string): void {
  const { params: own, apply } = (params ?? {}) as Readonly<Record<string, unknown>>;
  if (own === undefined || typeof apply !== 'function') return;
  throw new TypeError(
    `${caller}: expected variables by name, got a layer; call ${instead} for its parameters and buffers`,
  );
}
