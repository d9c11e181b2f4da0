import { FormatError } from '@halp/files';
import { type ReadFile, readFile } from './read-file.ts';
import type { Posted } from './worker.ts';

/** The largest files that a page takes are read in less than a second; a telephone takes its time. */
const MOST_SECONDS = 10;

/**
 * What {@link readFile} gives, read in a worker, so that the page stays responsive whatever the file is. A worker that
 * takes more than ten seconds is ended.
 *
 * @remarks Where there are no workers, as in Node, the file is read here.
 * @throws FormatError if there is more to read than ten seconds allow.
 * @throws Error with the reason if the file is refused.
 */
export async function readApart(file: File): Promise<ReadFile> {
  if (typeof Worker === 'undefined') return readFile(file);
  const worker = new Worker(new URL('./worker.ts', import.meta.url), { type: 'module' });
  let timer = 0;
  try {
    const posted = await new Promise<Posted>((resolve, reject) => {
      timer = window.setTimeout(() => {
        const problem = `expected a file that is read within ${MOST_SECONDS} seconds, got none; reading was stopped, use the halp command`;
        reject(new FormatError(file.name, problem));
      }, MOST_SECONDS * 1000);
      worker.addEventListener('message', ({ data }: MessageEvent<Posted>) => resolve(data));
      worker.addEventListener('error', ({ message }) => {
        // A page's own script that did not arrive has no message.
        reject(new Error(`${file.name}: cannot be read, ${message || 'the reader did not start'}`));
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
