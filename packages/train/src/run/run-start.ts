import { join } from 'node:path';
import { FormatError } from '@halp/files';
import { readRegularFile, writeFileAtomic } from '@halp/files/node';
import { expectText } from '@halp/random/check';
import type { RunStart } from '../fit/collapse.ts';
import { isRecord, parseJson } from './json.ts';

const START_FILE = 'start.json';

/** Writes what was measured where a run began as `start.json` in its folder. */
export async function writeRunStart(run: string, start: RunStart): Promise<void> {
  expectText('writeRunStart', 'a path', run);
  await writeFileAtomic(join(run, START_FILE), `${JSON.stringify(start, null, 2)}\n`);
}

/**
 * What was measured where the run in this folder began; undefined for one that began anew.
 *
 * @throws FormatError if the file is there and is no such thing.
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
    throw new FormatError(path, 'expected epoch, loss and metrics of the beginning of a run');
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
