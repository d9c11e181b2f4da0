import { readFile } from 'node:fs/promises';
import type { EncoderModel } from '@halp/recipes';
import { encoderFromBytes } from '@halp/runs';
import { loadEncoder } from '@halp/runs/node';

/** The encoder of a run's folder or of a safetensors file. */
export async function openModel(path: string): Promise<EncoderModel> {
  if (!path.endsWith('.safetensors')) return loadEncoder(path);
  return encoderFromBytes(await readFile(path), { name: path });
}
