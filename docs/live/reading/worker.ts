/** Reads one file in a worker and posts its content or the error. */
import { type ReadFile, readFile } from './read-file.ts';

/** The worker's message. */
export type Posted = { readonly read: ReadFile } | { readonly problem: string };

self.addEventListener('message', ({ data }: MessageEvent<File>) => {
  const post = (posted: Posted): void => self.postMessage(posted);
  readFile(data).then(
    (read) => post({ read }),
    (error: unknown) => post({ problem: error instanceof Error ? error.message : String(error) }),
  );
});
