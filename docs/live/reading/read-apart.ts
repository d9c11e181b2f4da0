import { FormatError } from '@halp/files';
import { type ReadFile, readFile } from './read-file.ts';
import type { Posted } from './worker.ts';

/** Time limit in milliseconds. The largest accepted files take less than a second on a desktop. */
const MOST_SECONDS = 10;

/**
 * Calls {@link readFile} in a worker, so that the page stays responsive. Stops the worker after ten seconds.
 *
 * @remarks Without workers, as in Node, reads the file directly.
 * @throws FormatError if reading takes more than ten seconds.
 * @throws Error with the reason if the file is rejected.
 */
export async function readApart(file: File): Promise<ReadFile> {
  if (typeof Worker === 'undefined') return readFile(file);
  const worker = new Worker(new URL('./worker.ts', import.meta.url), { type: 'module' });
  let timer = 0;
  try {
    const posted = await new Promise<Posted>((resolve, reject) => {
      timer = window.setTimeout(() => {
        const problem = `expected a file that can be read within ${MOST_SECONDS} seconds, got one that takes longer; use the halp command`;
        reject(new FormatError(file.name, problem));
      }, MOST_SECONDS * 1000);
      worker.addEventListener('message', ({ data }: MessageEvent<Posted>) => resolve(data));
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
