/**
 * Packs each golden case, a folder of `.npy` files and a `case.json`, into one safetensors file.
 * Usage: tsx --conditions=@halp/source tools/tests/pack-golden.ts FROM TO
 */
import { mkdir, readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { formatSafetensors, type NdArray, parseNpy } from '@halp/files';
import { writeFileAtomic } from '@halp/files/node';

const [from, to] = process.argv.slice(2);
if (from === undefined || to === undefined) throw new Error('usage: pack-golden FROM TO');

await mkdir(to, { recursive: true });
for (const name of (await readdir(from)).sort()) {
  const folder = join(from, name);
  const text = await readFile(join(folder, 'case.json'), 'utf8').catch(() => undefined);
  if (text === undefined) continue;
  const { meta, arrays } = JSON.parse(text) as { meta: unknown; arrays: Record<string, unknown> };
  const tensors: Record<string, NdArray> = {};
  for (const key of Object.keys(arrays)) {
    const path = join(folder, `${key}.npy`);
    tensors[key] = parseNpy(await readFile(path), path);
  }
  const bytes = formatSafetensors(tensors, { meta: JSON.stringify(meta) });
  await writeFileAtomic(join(to, `${name}.safetensors`), bytes);
  console.log(`${name}: ${Object.keys(tensors).length} arrays, ${bytes.length} bytes`);
}
