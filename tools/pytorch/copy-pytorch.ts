/**
 * Reads PyTorch files, prints the content of each as one line of JSON, and writes it to a new PyTorch file. Used by
 * pytorch/roundtrip.py. Usage: tsx --conditions=@halp/source tools/pytorch/copy-pytorch.ts FROM TO [FROM TO]...
 */
import { readFile, writeFile } from 'node:fs/promises';
import {
  formatPyTorch,
  type NdArray,
  parsePyTorch,
  type PickleValue,
  type PyTorchValue,
} from '@halp/files';

const paths = process.argv.slice(2);
for (let i = 0; i < paths.length; i += 2) {
  const [from = '', to = ''] = paths.slice(i, i + 2);
  const value = parsePyTorch(await readFile(from), from);
  console.log(JSON.stringify(described(value)));
  await writeFile(to, formatPyTorch(value as PyTorchValue));
}

/** The value as JSON: tensors by type, shape and bytes in base64, dicts as pairs, floats by their bytes. */
function described(value: PickleValue): unknown {
  if (value === null || typeof value === 'boolean' || typeof value === 'string') return value;
  if (typeof value === 'bigint') return { int: String(value) };
  if (typeof value === 'number') {
    const bytes = Buffer.alloc(8);
    bytes.writeDoubleLE(value);
    return { float: bytes.toString('base64') };
  }
  if (value instanceof Map) return { dict: [...value].map((pair) => pair.map(described)) };
  if (value instanceof Set || value instanceof Uint8Array) throw new TypeError('unexpected value');
  if (Array.isArray(value)) return (value as readonly PickleValue[]).map(described);
  const { dtype, shape, data } = value as NdArray;
  const bytes = Buffer.from(data.buffer, data.byteOffset, data.byteLength);
  return { dtype, shape, bytes: bytes.toString('base64') };
}
