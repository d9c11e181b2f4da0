import { type FileHandle, open, rm } from 'node:fs/promises';
import { cannotWrite } from '@halp/files/node';
import { type Clip, type ClipShape, createClip } from '@halp/skeleton';

/** Clips of any length in one file, in the order in which they were added. */
export interface ClipSpool {
  /** Appends a clip. */
  add(clip: Clip): Promise<void>;
  /** The clip that was added as number `index`. */
  read(index: number): Promise<Clip>;
  /** Closes and removes the file. */
  remove(): Promise<void>;
}

/** An empty spool; a file at that path is replaced. */
export async function openSpool(path: string): Promise<ClipSpool> {
  const file: FileHandle = await open(path, 'w+');
  const places: { readonly shape: ClipShape; readonly position: number }[] = [];
  let end = 0;
  return {
    async add({ data, shape }) {
      const bytes = new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
      for (let done = 0; done < bytes.length;) {
        const { bytesWritten } = await file
          .write(bytes, done, bytes.length - done, end + done)
          .catch((error: unknown) => {
            throw cannotWrite(path, error);
          });
        done += bytesWritten;
      }
      places.push({ shape, position: end });
      end += bytes.length;
    },
    async read(index) {
      const place = places[index];
      if (place === undefined) throw new RangeError(`read: expected a clip, got number ${index}`);
      const clip = createClip(place.shape);
      const bytes = new Uint8Array(clip.data.buffer);
      for (let done = 0; done < bytes.length;) {
        const { bytesRead } = await file.read(
          bytes,
          done,
          bytes.length - done,
          place.position + done,
        );
        if (bytesRead === 0) throw new Error(`expected ${end} bytes in ${path}, got fewer`);
        done += bytesRead;
      }
      return clip;
    },
    async remove() {
      await file.close();
      await rm(path, { force: true });
    },
  };
}
