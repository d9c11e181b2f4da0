import { move, transferableSymbol, valueSymbol } from 'piscina';
import { readSources, type ReadSources, type ReadTask } from './prepare-group.ts';

/** What {@link readSources} gives, in a worker thread; the data are handed over, not copied. */
export async function readInWorker(task: ReadTask): Promise<ReadSources> {
  const read = await readSources(task);
  const transferred = {
    [transferableSymbol]: [...new Set(read.rows.map(({ buffer }) => buffer))],
    [valueSymbol]: read,
  };
  return move(transferred) as unknown as ReadSources;
}
