import { join } from 'node:path';
import { planSynthetic, prepare } from '@halp/data/node';
import { withFolder } from '../helpers.ts';

/** A data set of 48 training clips in a temporary folder. */
export async function withData(
  work: (data: string, folder: string) => Promise<void>,
): Promise<void> {
  await withFolder(async (folder) => {
    const data = join(folder, 'data');
    await prepare(planSynthetic({ performers: 2, replications: 1 }), { out: data });
    await work(data, folder);
  });
}
