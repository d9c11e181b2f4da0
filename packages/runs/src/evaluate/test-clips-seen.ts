import type { Part } from '@halp/data';
import { openDataset, readManifest } from '@halp/data/node';
import type { RunManifest } from '@halp/train';
import type { EvaluationPlace } from '../features/evaluation-data.ts';
import { type Say, warn } from '../run/events.ts';

/**
 * How many test clips of a split a run was trained on: training clips of the split of the same data set that it was
 * trained on. 0 where that is the same split or another data set, or the folder does not have the split of the run.
 *
 * @param data - The folder of the prepared data set.
 */
export async function testClipsSeen(
  { data: { name, benchmark } }: Pick<RunManifest, 'data'>,
  data: string,
  place: Pick<EvaluationPlace, 'name' | 'benchmark'>,
): Promise<number> {
  const own = String(benchmark);
  if (name !== place.name || own === place.benchmark) return 0;
  if (!Object.hasOwn((await readManifest(data)).benchmarks, own)) return 0;
  const trained = new Set(await namesOf(data, own, 'train'));
  return (await namesOf(data, place.benchmark, 'test')).filter((clip) => trained.has(clip)).length;
}

/** Says it, where there are any: a number on clips that an encoder has seen is another one than on new clips. */
export function saySeen(
  seen: number,
  run: Pick<RunManifest, 'data'>,
  { name, benchmark }: Pick<EvaluationPlace, 'name' | 'benchmark'>,
  say: Say,
): void {
  if (seen === 0) return;
  warn(
    say,
    `the run was trained on ${seen} of the test clips of ${name} ${benchmark}: ` +
      `training clips of ${String(run.data['benchmark'])}`,
  );
}

async function namesOf(data: string, benchmark: string, part: Part): Promise<readonly string[]> {
  const dataset = await openDataset(data, { benchmark, part });
  try {
    return dataset.names;
  } finally {
    await dataset.close();
  }
}
