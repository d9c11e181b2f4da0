import type { NamedBytes } from './model.ts';

/** Fetches a file of the site. */
export async function fetched(address: string, name: string): Promise<NamedBytes> {
  const response = await fetch(address);
  if (!response.ok) throw new Error(`${address}: ${response.status} ${response.statusText}`);
  return { name, bytes: new Uint8Array(await response.arrayBuffer()) };
}
