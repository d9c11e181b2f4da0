/**
 * A process that takes what it gets of the locks whose paths are its arguments: says 'ready', waits for a line, tries
 * each lock, writes the places of those that it holds as JSON, and holds them until its input ends.
 */
import { once } from 'node:events';
import { takeLock } from '@halp/files/node';

console.log('ready');
await once(process.stdin, 'data');
// All at once, so that the steps of taking one interleave, here and with the other processes.
const all = await Promise.all(
  process.argv.slice(2).map((path) => takeLock(path, path).catch(() => undefined)),
);
console.log(JSON.stringify(all.flatMap((lock, i) => (lock === undefined ? [] : [i]))));
process.stdin.resume();
await once(process.stdin, 'end');
