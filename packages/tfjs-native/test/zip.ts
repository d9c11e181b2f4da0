import { crc32, deflateRawSync } from 'node:zlib';

/** A zip file of the given files, every second one deflated. */
export function zipOf(files: Readonly<Record<string, string>>): Buffer {
  const local: Buffer[] = [];
  const central: Buffer[] = [];
  let offset = 0;
  for (const [index, [path, text]] of Object.entries(files).entries()) {
    const name = Buffer.from(path);
    const contents = Buffer.from(text);
    const method = index % 2 === 0 ? 0 : 8;
    const stored = method === 0 ? contents : deflateRawSync(contents);
    const fields = Buffer.alloc(26);
    fields.writeUInt16LE(20, 0);
    fields.writeUInt16LE(method, 4);
    fields.writeUInt32LE(crc32(contents), 10);
    fields.writeUInt32LE(stored.length, 14);
    fields.writeUInt32LE(contents.length, 18);
    fields.writeUInt16LE(name.length, 22);
    const rest = Buffer.alloc(14);
    rest.writeUInt32LE(offset, 10);
    local.push(Buffer.from('PK\x03\x04'), fields, name, stored);
    central.push(Buffer.from('PK\x01\x02\x14\0'), fields, rest, name);
    offset += 4 + fields.length + name.length + stored.length;
  }
  const directory = Buffer.concat(central);
  const end = Buffer.alloc(18);
  end.writeUInt16LE(Object.keys(files).length, 4);
  end.writeUInt16LE(Object.keys(files).length, 6);
  end.writeUInt32LE(directory.length, 8);
  end.writeUInt32LE(offset, 12);
  return Buffer.concat([...local, directory, Buffer.from('PK\x05\x06'), end]);
}
