import type * as tf from '@tensorflow/tfjs-core';
import { type Bytes, formatSafetensors, parseSafetensors } from '@halp/files';
import { fileBytes } from '@halp/files/check';
import { expectOptions } from '@halp/random/check';
import { expectParams, expectVariablesOf } from '../check.ts';
import type { Layer } from '../layer/layer.ts';
import { mergeParams, type Params } from '../layer/params.ts';
import { loadStateInto, stateArrays } from './pytorch-state.ts';

/** What a layer keeps: its parameters and its buffers. */
export type LayerVariables = Pick<Layer<tf.Tensor, tf.Tensor>, 'params' | 'buffers'>;

/**
 * The bytes of a safetensors file that holds the whole layer: its parameters and its buffers, such as the running
 * statistics of BatchNorm, under their names. {@link loadLayerInto} reads it.
 *
 * @param layer - an encoder, a head, or any other layer.
 * @param metadata - free text to go with it.
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
  expectOptions('saveLayer', metadata, 'metadata by their names');
  const { params, buffers } = layer;
  return saveParams(mergeParams(params, buffers), metadata);
}

/**
 * Sets parameters and buffers of a layer to what a file of {@link saveLayer} holds; returns the file's metadata.
 *
 * @param path - the file's name, for error messages.
 * @throws FormatError if the bytes are no such file, or do not hold exactly the layer's parameters and buffers, each of
 * its shape; a file of the parameters alone is refused. Nothing is changed then.
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
 * The bytes of a safetensors file that holds these variables alone, float32 or int32, under their names; see {@link
 * stateArrays}.
 *
 * @param metadata - free text to go with them.
 * @throws TypeError if a variable is of another type, or a layer is given.
 * @remarks The `params` of a layer are not all of it: {@link saveLayer} saves its buffers too.
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
  expectOptions('saveParams', metadata, 'metadata by their names');
  return formatSafetensors(await stateArrays(params), metadata);
}

/**
 * Sets the variables to what a safetensors file holds under their names, as {@link loadStateInto} does; returns the file's
 * metadata. A layer's parameters and buffers are read by {@link loadLayerInto}.
 *
 * @param path - the file's name, for error messages.
 * @throws FormatError if the bytes are no such file, or do not hold exactly these variables; nothing is changed then.
 * @throws TypeError if a layer is given.
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

/** A layer holds its variables in `params` and `buffers`, and is no record of variables itself. */
function expectVariables(caller: string, params: Params, instead: string): void {
  const { params: own, apply } = (params ?? {}) as Readonly<Record<string, unknown>>;
  if (own === undefined || typeof apply !== 'function') return;
  throw new TypeError(
    `${caller}: expected variables by name, got a layer; call ${instead} for its parameters and buffers`,
  );
}
