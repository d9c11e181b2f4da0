import { excerpt } from '../format/excerpt.ts';
import { FormatError } from '../format/format-error.ts';
import { storedBytes } from '../npy/stored.ts';
import { inMemory, type PickleValue, runPickle, settlePickle } from '../pickle/parse.ts';
import { sourceOf } from '../pickle/piece.ts';
import { expectChecksum, memberPath, packedMember, zipMembers } from '../zip/archive.ts';
import { inflateExactly } from '../zip/inflate.ts';
import type { ZipMember } from '../zip/parse.ts';
import { torchDialect } from './dialect.ts';
import { spending, type StorageBytes, type StorageFacts, tensorReader } from './tensor.ts';

const SIGNATURE = [0x50, 0x4b, 0x03, 0x04];
const PICKLE = 'data.pkl';
const ORDERS = ['little', 'big'] as const;

interface Part {
  readonly bytes: Uint8Array;
  readonly path: string;
  readonly offset: number;
}

/** Whether the bytes begin like a zip archive. */
export function isZipPyTorch(bytes: Uint8Array): boolean {
  return SIGNATURE.every((byte, i) => bytes[i] === byte);
}

/**
 * The contents of a file in PyTorch's zip format. Its members, all in one folder: `data.pkl`; one `data/<key>` for each
 * storage; optionally `byteorder`.
 */
export function parseZipPyTorch(bytes: Uint8Array, path: string): PickleValue {
  const members = recordsOf(zipMembers(bytes, path), path);
  const spend = spending(bytes.length, path);
  const unpacked = new Map<ZipMember, Part>();

  const unpack = (member: ZipMember): Part => {
    const known = unpacked.get(member);
    if (known !== undefined) return known;
    const { packed, offset } = packedMember(bytes, member, path);
    const named = memberPath(path, member);
    let content = packed;
    if (member.method === 'deflated') {
      spend(member.size);
      content = inflateExactly(packed, member.size, named, offset);
    }
    // PyTorch can be configured to leave it out.
    if (member.crc !== 0) expectChecksum(content, member, path, offset);
    const part = { bytes: content, path: named, offset };
    unpacked.set(member, part);
    return part;
  };

  const byteOrder = byteOrderOf(members, unpack);
  const bytesOf = ({ key, dtype, count }: StorageFacts): StorageBytes => {
    const member = members.get(`data/${key}`);
    if (member === undefined) {
      throw new FormatError(path, `expected the storage ${excerpt(key)} as data/${key}, got none`);
    }
    const size = count * storedBytes(dtype);
    if (member.size !== size) {
      const problem = `expected a storage of ${size} bytes, ${count} of ${dtype}, got ${member.size}`;
      throw new FormatError(memberPath(path, member), problem, member.header);
    }
    return { ...unpack(member), byteOrder };
  };

  const pickle = unpack(members.get(PICKLE) as ZipMember);
  const { dialect } = torchDialect(tensorReader(bytesOf, spend));
  const source = sourceOf(pickle.bytes);
  const { root, end } = runPickle(source, pickle.path, 0, dialect);
  if (end < source.length) {
    const problem = `expected the end of the pickle, got ${source.length - end} more bytes`;
    throw new FormatError(pickle.path, problem, end);
  }
  return settlePickle(root, source, pickle.path, inMemory(pickle.path));
}

/** The members by their names within the folder of `data.pkl`. */
function recordsOf(members: readonly ZipMember[], path: string): ReadonlyMap<string, ZipMember> {
  const names = members.map(({ name }) => name);
  const pickles = names.filter((name) => name === PICKLE || name.endsWith(`/${PICKLE}`));
  const [pickle, ...others] = pickles;
  if (pickle === undefined || others.length > 0) {
    const got = pickle === undefined ? excerpt(names.slice(0, 8)) : excerpt(pickles.slice(0, 8));
    throw new FormatError(path, `expected one ${PICKLE} in the archive, got ${got}`);
  }
  const folder = pickle.slice(0, -PICKLE.length);
  const records = new Map<string, ZipMember>();
  for (const member of members) {
    if (!member.name.startsWith(folder)) continue;
    const name = member.name.slice(folder.length);
    if (records.has(name)) {
      throw new FormatError(path, `expected each member once, got ${excerpt(member.name)} twice`);
    }
    records.set(name, member);
  }
  if (records.has('constants.pkl')) {
    throw new FormatError(
      path,
      'expected a file of torch.save, got a TorchScript module; save its state_dict()',
    );
  }
  return records;
}

function byteOrderOf(
  members: ReadonlyMap<string, ZipMember>,
  unpack: (member: ZipMember) => Part,
): 'little' | 'big' {
  const member = members.get('byteorder');
  if (member === undefined) return 'little';
  const { bytes, path, offset } = unpack(member);
  const text = String.fromCharCode(...bytes.subarray(0, 16));
  const order = ORDERS.find((known) => known === text);
  if (order !== undefined) return order;
  throw new FormatError(
    path,
    `expected the byte order little or big, got ${excerpt(text)}`,
    offset,
  );
}
