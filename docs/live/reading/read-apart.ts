import { FormatError } from '@halp/files';
import type { Posted } from './answer-files.ts';
import { type ReadFile, readFile } from './read-file.ts';

/** Time limit in milliseconds. The largest accepted files take less than a second on a desktop. */
const MOST_SECONDS = 10;

/** How files are read apart from the page. */
export interface Reader<Content> {
  /** Starts a worker that calls `answerFiles`. */
  readonly start: () => Worker;
  /** The same without a worker. */
  readonly read: (file: File) => Promise<Content>;
}

/**
 * Reads a file in a worker, so that the page stays responsive. Stops the worker after ten seconds.
 *
 * @remarks Without workers, as in Node, reads the file directly.
 * @throws FormatError if reading takes more than ten seconds.
 * @throws Error with the reason if the file is rejected.
 */
export async function readInWorker<Content>(
  file: File,
  { start, read }: Reader<Content>,
): Promise<Content> {
  if (typeof Worker === 'undefined') return read(file);
  const worker = start();
  let timer = 0;
  try {
    const posted = await new Promise<Posted<Content>>((resolve, reject) => {
      timer = window.setTimeout(() => {
        const problem = `expected a file that can be read within ${MOST_SECONDS} seconds, got one that takes longer; use the halp command`;
        reject(new FormatError(file.name, problem));
      }, MOST_SECONDS * 1000);
      worker.addEventListener('message', ({ data }: MessageEvent<Posted<Content>>) =>
        resolve(data),
      );
      worker.addEventListener('error', ({ message }) => {
        // A worker script that failed to load has no message.
        reject(new Error(`${file.name}: cannot be read: ${message || 'the reader did not start'}`));
      });
      worker.postMessage(file);
    });
    if ('problem' in posted) throw new Error(posted.problem);
    return posted.read;
  } finally {
    clearTimeout(timer);
    worker.terminate();
  }
}

/** Calls {@link readFile} in a worker, see {@link readInWorker}. */
export function readApart(file: File): Promise<ReadFile> {
  const start = (): Worker =>
    new Worker(new URL('./worker.ts', import.meta.url), { type: 'module' });
  return readInWorker(file, { start, read: readFile });
}
