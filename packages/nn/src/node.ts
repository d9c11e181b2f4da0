import { readRegularFile, writeFileAtomic } from '@halp/files/node';
import { expectOptions, expectText } from '@halp/random/check';
import { expectParams, expectVariablesOf } from './check.ts';
import {
  type LayerVariables,
  loadLayerInto,
  loadParamsInto,
  saveLayer,
  saveParams,
} from './checkpoint/saving.ts';
import type { Params } from './layer/params.ts';

/**
 * Writes a layer, parameters and buffers, to a safetensors file, whole or not at all; see {@link saveLayer}.
 *
 * @param metadata - free text to go with it.
 */
export async function saveLayerFile(
  path: string,
  layer: LayerVariables,
  metadata: Readonly<Record<string, string>> = {},
): Promise<void> {
  expectText('saveLayerFile', 'a path', path);
  expectVariablesOf('saveLayerFile', layer);
  expectOptions('saveLayerFile', metadata, 'metadata by their names');
  await writeFileAtomic(path, await saveLayer(layer, metadata));
}

/**
 * Sets a layer, parameters and buffers, to what a safetensors file holds and returns its metadata, as `loadLayerInto`
 * does.
 *
 * @throws FormatError if the file does not hold exactly the layer's parameters and buffers.
 */
export async function loadLayerFile(
  path: string,
  layer: LayerVariables,
): Promise<Readonly<Record<string, string>>> {
  expectText('loadLayerFile', 'a path', path);
  expectVariablesOf('loadLayerFile', layer);
  return loadLayerInto(layer, await readRegularFile(path), path);
}

/**
 * Writes the variables to a safetensors file, whole or not at all; see {@link saveParams}.
 *
 * @param metadata - free text to go with them.
 */
export async function saveParamsFile(
  path: string,
  params: Params,
  metadata: Readonly<Record<string, string>> = {},
): Promise<void> {
  expectText('saveParamsFile', 'a path', path);
  expectParams('saveParamsFile', params);
  expectOptions('saveParamsFile', metadata, 'metadata by their names');
  await writeFileAtomic(path, await saveParams(params, metadata));
}

/**
 * Sets the variables to what a safetensors file holds and returns its metadata; see {@link loadParamsInto}.
 *
 * @throws FormatError if the file does not hold exactly these variables.
 */
export async function loadParamsFile(
  path: string,
  params: Params,
): Promise<Readonly<Record<string, string>>> {
  expectText('loadParamsFile', 'a path', path);
  expectParams('loadParamsFile', params);
  return loadParamsInto(params, await readRegularFile(path), path);
}
