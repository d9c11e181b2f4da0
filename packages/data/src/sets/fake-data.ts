import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { createRandom } from '@halp/random';
import { expectOptions, expectText, gotText, type OptionNames } from '@halp/random/check';
import { requireEmpty } from '../disk/require-empty.ts';
import { type DataSetName, records } from '../formats/records.ts';
import {
  expectSeed,
  syntheticClasses,
  syntheticRecording,
} from '../formats/synthetic/recording.ts';
import type { RecordingOf } from '../record/record.ts';

/** Options of {@link writeFakeData}. */
export interface FakeDataOptions {
  /** A new or empty folder. */
  readonly out: string;
  /** The seed of the fake clips. Default: 0. */
  readonly seed?: number | undefined;
  /** Aborts the writing between two files. */
  readonly signal?: AbortSignal | undefined;
}

const optionNames: OptionNames<FakeDataOptions> = {
  out: true,
  seed: true,
  signal: true,
};

/**
 * Writes fake recordings in the raw format of a data set: every class, both parts of every split, four clips of each
 * class. They are small files for trying out what you plan to do with the real ones.
 *
 * NTU RGB+D: `.skeleton` files of performers 1 (trains) and 3, cameras 1 and 2, an odd and an even setup. PKU-MMD II: a
 * skeleton text for each video of several actions, label texts, split texts. There are only as many movements as
 * {@link syntheticClasses}: class a gets movement a modulo their number, so accuracies on these files mean nothing.
 *
 * @param name - A data set whose `canFake` in {@link dataSets} is true.
 * @returns The number of files.
 * @throws RangeError if the folder is not empty.
 */
export async function writeFakeData(name: DataSetName, options: FakeDataOptions): Promise<number> {
  const fakes = new Map(
    [...records].flatMap(([known, { sets }]) => {
      const fake = sets[known]?.fake;
      return fake === undefined ? [] : [[known, fake] as const];
    }),
  );
  const fake = fakes.get(name);
  if (fake === undefined) {
    const known = [...fakes.keys()].join(', ');
    throw new RangeError(`writeFakeData: expected a name among ${known}, got ${gotText(name)}`);
  }
  const { out, seed = 0, signal } = expectOptions('writeFakeData', options, optionNames);
  expectText('writeFakeData', 'out to be a path', out);
  expectSeed('writeFakeData', seed);
  await requireEmpty('writeFakeData', out);
  await mkdir(out, { recursive: true });
  const rng = createRandom(seed);
  const recordingOf: RecordingOf = (take) => {
    signal?.throwIfAborted();
    const action = ((take.action - 1) % syntheticClasses.length) + 1;
    return syntheticRecording({ ...take, action, replication: 1 }, rng);
  };
  let files = 0;
  for (const { path, text } of fake(recordingOf)) {
    signal?.throwIfAborted();
    const file = join(out, path);
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, text);
    files++;
  }
  return files;
}
