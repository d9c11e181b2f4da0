import { fetched } from '../../encoder/fetched.ts';
import type { NamedBytes } from '../../encoder/model.ts';
import address from './encoder.safetensors?url';

/** Fetches the encoder that is published with the page. */
export function shippedEncoder(): Promise<NamedBytes> {
  return fetched(address, 'encoder.safetensors');
}
