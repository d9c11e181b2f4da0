/**
 * A process that tries to take the locks whose paths are its arguments: prints 'ready', waits for a line, tries
 * each lock, prints the indices of those that it got as JSON, and holds them until its input ends.
 */
import { once } from 'node:events';
import { takeLock } from '@halp/files/node';

console.log('ready');
await once(process.stdin, 'data');
// Concurrently, so that the steps of taking one interleave, here and with the other processes.
const all = await Promise.all(
  process.argv.slice(2).map((path) => takeLock(path, path).catch(() => undefined)),
);
console.log(JSON.stringify(all.flatMap((lock, i) => (lock === undefined ? [] : [i]))));
process.stdin.resume();
await once(process.stdin, 'end');
