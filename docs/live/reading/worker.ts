/** Reads one file, away from the page: what is in it, or why it is refused, is posted back. */
import { type ReadFile, readFile } from './read-file.ts';

/** What the worker posts. */
export type Posted = { readonly read: ReadFile } | { readonly problem: string };

self.addEventListener('message', ({ data }: MessageEvent<File>) => {
  const post = (posted: Posted): void => self.postMessage(posted);
  readFile(data).then(
    (read) => post({ read }),
    (error: unknown) => post({ problem: error instanceof Error ? error.message : String(error) }),
  );
});
