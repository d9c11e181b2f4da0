import type { Part } from '@halp/data';
import { openDataset, readManifest } from '@halp/data/node';
import type { RunManifest } from '@halp/train';
import type { EvaluationPlace } from '../features/evaluation-data.ts';
import { type Say, warn } from '../run/events.ts';

/**
 * The number of test clips of a split that are training clips of the run, which was trained on another split of the same
 * data set. 0 for the same split, another data set, or a folder without the run's split.
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

/** Warns if the run was trained on test clips: their accuracy does not show how well it generalises. */
export function warnOfSeen(
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
