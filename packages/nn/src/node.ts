import { readRegularFile, writeFileAtomic } from '@halp/files/node';
import { expectObject, expectText } from '@halp/random/check';
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
 * Writes the parameters and buffers of a layer to a safetensors file, atomically; see {@link saveLayer}.
 *
 * @param metadata - text to store in the file, by key.
 */
export async function saveLayerFile(
  path: string,
  layer: LayerVariables,
  metadata: Readonly<Record<string, string>> = {},
): Promise<void> {
  expectText('saveLayerFile', 'a path', path);
  expectVariablesOf('saveLayerFile', layer);
  expectObject('saveLayerFile', metadata, 'metadata by key');
  await writeFileAtomic(path, await saveLayer(layer, metadata));
}

/**
 * Sets the parameters and buffers of a layer to the contents of a safetensors file and returns its metadata, as
 * `loadLayerInto` does.
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
 * Writes the variables to a safetensors file, atomically; see {@link saveParams}.
 *
 * @param metadata - text to store in the file, by key.
 */
export async function saveParamsFile(
  path: string,
  params: Params,
  metadata: Readonly<Record<string, string>> = {},
): Promise<void> {
  expectText('saveParamsFile', 'a path', path);
  expectParams('saveParamsFile', params);
  expectObject('saveParamsFile', metadata, 'metadata by key');
  await writeFileAtomic(path, await saveParams(params, metadata));
}

/**
 * Sets the variables to the contents of a safetensors file and returns its metadata; see {@link loadParamsInto}.
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
