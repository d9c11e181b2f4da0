import { move, transferableSymbol, valueSymbol } from 'piscina';
import { type GroupResult, type GroupTask, prepareGroup } from './prepare-group.ts';

/** The result of {@link prepareGroup} from a worker thread; the numbers are transferred, not copied. */
export async function prepareInWorker(task: GroupTask): Promise<GroupResult> {
  const read = await prepareGroup(task);
  const transferred = {
    [transferableSymbol]: [...new Set(read.rows.map(({ buffer }) => buffer))],
    [valueSymbol]: read,
  };
  return move(transferred) as unknown as GroupResult;
}
