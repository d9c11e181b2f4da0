import { appendFile, lstat, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { cannotWrite } from '@halp/files/node';
import { expectOptions, expectText } from '@halp/random/check';
import type { EpochReport } from '../fit/fit.ts';
import type { TrainingPosition } from '../fit/position.ts';
import type { RunFolder } from '../run/run.ts';
import { epochEvent, formatEvent, versionEvent } from './events.ts';

/** The event file of a run, as TensorBoard reads it. */
export interface EventFile {
  /** Its path, inside the run folder. */
  readonly path: string;
  /**
   * Adds an epoch.
   *
   * @throws Error that names the file, if it cannot be written.
   */
  append(report: EpochReport): Promise<void>;
}

/**
 * Writes the event file of a run, `events.out.tfevents.<seconds>.halp`, from its log, and returns it
 * for the epochs to come. TensorBoard shows them with `tensorboard --logdir <folder of runs>`.
 *
 * A run has one file for all of its processes, made anew by each from the epochs of the log that it
 * does not train again: no point is there twice, none is missing, and what a killed process left
 * half-written is gone. What stays keeps its bytes, so that a TensorBoard which reads meanwhile goes
 * on where it was.
 *
 * @remarks The wall time of an epoch is the start of the run and the seconds of training since, so
 * that pauses between two processes do not show.
 * A link or a FIFO in its place is removed, not followed: a run folder may come from anybody.
 * @param from - Where training goes on; the epochs of the log from there on are left out.
 * @throws RangeError if the manifest's `startedAt` is no date.
 * @throws Error that names the file, if it cannot be written.
 */
export async function openEventFile(
  run: Pick<RunFolder, 'path' | 'manifest' | 'log'>,
  from: Pick<TrainingPosition, 'epoch'>,
): Promise<EventFile> {
  expectOptions('openEventFile', run, 'a run folder');
  expectText('openEventFile', 'a run folder with a path', run.path);
  expectOptions('openEventFile', from, 'a position');
  let wallTime = secondsOf(run.manifest.startedAt);
  const path = join(run.path, `events.out.tfevents.${Math.floor(wallTime)}.halp`);
  const next = (report: EpochReport): Uint8Array => {
    wallTime += report.seconds;
    return formatEvent(epochEvent(report, wallTime));
  };
  const kept = run.log.filter(({ epoch }) => epoch < from.epoch);
  const first = formatEvent(versionEvent(wallTime));
  await removeIrregular(path);
  // Not by way of a temporary file: TensorBoard would read that too.
  await writeFile(path, Buffer.concat([first, ...kept.map(next)])).catch(failed(path));
  return {
    path,
    append: (report) => appendFile(path, next(report)).catch(failed(path)),
  };
}

/** What is not there is well; a folder is reported when the file is written. */
async function removeIrregular(path: string): Promise<void> {
  const found = await lstat(path).catch(() => undefined);
  if (found === undefined || found.isFile() || found.isDirectory()) return;
  await rm(path).catch(failed(path));
}

function failed(path: string): (error: unknown) => never {
  return (error) => {
    throw cannotWrite(path, error);
  };
}

function secondsOf(startedAt: string): number {
  const seconds = Date.parse(startedAt) / 1000;
  if (Number.isNaN(seconds)) {
    throw new RangeError(
      `openEventFile: expected a date as 'startedAt' of the manifest, got '${startedAt}'`,
    );
  }
  return seconds;
}
