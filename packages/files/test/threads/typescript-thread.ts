import { isMainThread, parentPort } from 'node:worker_threads';
import { FormatError } from '@halp/files';

const answer: number = 42;

if (!isMainThread) {
  const error = new FormatError('a.npy', 'expected a number', 3);
  parentPort?.postMessage({ answer, offset: error.offset, url: import.meta.url });
}
