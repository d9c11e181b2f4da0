import { appendFile, lstat, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { cannotWrite } from '@halp/files/node';
import { expectObject, expectText } from '@halp/random/check';
import type { EpochReport } from '../fit/fit.ts';
import type { TrainingPosition } from '../fit/position.ts';
import type { RunFolder } from '../run/run-folder.ts';
import { epochEvent, formatEvent, versionEvent } from './events.ts';

/** The event file of a run, for TensorBoard. */
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
 * for further epochs. TensorBoard shows them with `tensorboard --logdir <folder of runs>`.
 *
 * A run has one file for all its processes. Each process writes it again from the epochs of the log that it
 * does not train again, so no point is duplicated or missing, and half-written records of a killed process
 * are removed. Other records keep their bytes, so a running TensorBoard continues to read the file.
 *
 * @remarks The wall time of an epoch is the start of the run plus the seconds of training since then, so
 * pauses between processes are not visible.
 * A link or a FIFO at its path is removed, not followed, because a run folder may be untrusted.
 * @param from - the epoch at which training resumes; this and later epochs of the log are left out.
 * @throws RangeError if the manifest's `startedAt` is not a date.
 * @throws Error that names the file, if it cannot be written.
 */
export async function openEventFile(
  run: Pick<RunFolder, 'path' | 'manifest' | 'log'>,
  from: Pick<TrainingPosition, 'epoch'>,
): Promise<EventFile> {
  expectObject('openEventFile', run, 'a run folder');
  expectText('openEventFile', 'a run folder with a path', run.path);
  expectObject('openEventFile', from, 'a position');
  let wallTime = secondsOf(run.manifest.startedAt);
  const path = join(run.path, `events.out.tfevents.${Math.floor(wallTime)}.halp`);
  const next = (report: EpochReport): Uint8Array => {
    wallTime += report.seconds;
    return formatEvent(epochEvent(report, wallTime));
  };
  const kept = run.log.filter(({ epoch }) => epoch < from.epoch);
  const first = formatEvent(versionEvent(wallTime));
  await removeIrregular(path);
  // Not through a temporary file: TensorBoard would read that as well.
  await writeFile(path, Buffer.concat([first, ...kept.map(next)])).catch(failed(path));
  return {
    path,
    append: (report) => appendFile(path, next(report)).catch(failed(path)),
  };
}

/** A missing file is ignored; a folder is reported when the file is written. */
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
