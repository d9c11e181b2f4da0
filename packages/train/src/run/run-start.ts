import { join } from 'node:path';
import { FormatError } from '@halp/files';
import { readRegularFile, writeFileAtomic } from '@halp/files/node';
import { expectText } from '@halp/random/check';
import type { RunStart } from '../fit/collapse.ts';
import { isRecord, parseJson } from './json.ts';

const START_FILE = 'start.json';

/** Writes the measurements at the start of a run to `start.json` in its folder. */
export async function writeRunStart(run: string, start: RunStart): Promise<void> {
  expectText('writeRunStart', 'a path', run);
  await writeFileAtomic(join(run, START_FILE), `${JSON.stringify(start, null, 2)}\n`);
}

/**
 * The measurements at the start of the run in a folder; undefined for a run that does not continue another one.
 *
 * @throws FormatError if the file exists but does not hold such measurements.
 */
export async function readRunStart(run: string): Promise<RunStart | undefined> {
  expectText('readRunStart', 'a path', run);
  const path = join(run, START_FILE);
  const text = await readRegularFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'ENOENT') throw error;
    return undefined;
  });
  if (text === undefined) return undefined;
  const value = parseJson(text, path);
  if (!isRunStart(value)) {
    throw new FormatError(path, 'expected epoch, loss and metrics of the start of a run');
  }
  return value;
}

function isRunStart(value: unknown): value is RunStart {
  return (
    isRecord(value) &&
    Number.isSafeInteger(value['epoch']) &&
    (value['loss'] === undefined || Number.isFinite(value['loss'])) &&
    isRecord(value['metrics']) &&
    Object.values(value['metrics']).every(Number.isFinite)
  );
}
