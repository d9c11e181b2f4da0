import { access, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { readRegularFile } from '@halp/files/node';
import type { TrainingPosition } from '../fit/position.ts';
import { checkpointInfo } from './checkpoint.ts';

/** A checkpoint at the end of an epoch. */
export interface SavedCheckpoint {
  /** The number of completed epochs. */
  readonly epoch: number;
  /** Its file. */
  readonly path: string;
}

const ENDING = '.safetensors';
const NUMBERED = /^(epoch|recent)-(\d+)\.safetensors$/;
/** The checkpoints whose epoch is only in their contents. */
const UNNUMBERED = ['last', 'best'] as const;

/** The file of the checkpoint that is kept after `epoch` epochs, or of the last one; it may not exist. */
export function checkpointPath(checkpoints: string, epoch?: number): string {
  return join(checkpoints, `${epoch === undefined ? 'last' : numbered('epoch', epoch)}${ENDING}`);
}

/** The name of one of the recent checkpoints. */
export function recentName(epoch: number): string {
  return `${numbered('recent', epoch)}${ENDING}`;
}

/** The epoch of one of the recent checkpoints, from its name; NaN for another name. */
export function recentEpoch(name: string): number {
  const [, kind, epoch] = NUMBERED.exec(name) ?? [];
  return kind === 'recent' ? Number(epoch) : NaN;
}

/**
 * The file that holds the checkpoint after `epoch` epochs: the one kept under its number, a recent one, or the last or best
 * one if it was saved at the end of that epoch; undefined if there is none.
 *
 * @throws FormatError if the last or the best one has to be read for its epoch and cannot be.
 */
export async function checkpointAfter(
  checkpoints: string,
  epoch: number,
): Promise<string | undefined> {
  for (const name of [`${numbered('epoch', epoch)}${ENDING}`, recentName(epoch)]) {
    const path = join(checkpoints, name);
    if (await isThere(path)) return path;
  }
  const unnumbered = await unnumberedCheckpoints(checkpoints);
  return unnumbered.find((each) => each.epoch === epoch && each.within === undefined)?.path;
}

/** The file of the last checkpoint, if there is one. */
export async function lastCheckpoint(checkpoints: string): Promise<string | undefined> {
  const path = checkpointPath(checkpoints);
  return (await isThere(path)) ? path : undefined;
}

/**
 * The checkpoints at the end of an epoch, each epoch once, in their order.
 *
 * @throws FormatError if the last or the best one cannot be read.
 */
export async function savedCheckpoints(checkpoints: string): Promise<readonly SavedCheckpoint[]> {
  const found = new Map<number, SavedCheckpoint>();
  for (const each of await unnumberedCheckpoints(checkpoints)) {
    const { epoch, path, within } = each;
    if (within === undefined && !found.has(epoch)) found.set(epoch, { epoch, path });
  }
  // Kept checkpoints come before recent ones in this order and take precedence.
  for (const name of (await namesIn(checkpoints)).sort().reverse()) {
    const [, , digits] = NUMBERED.exec(name) ?? [];
    if (digits === undefined) continue;
    found.set(Number(digits), { epoch: Number(digits), path: join(checkpoints, name) });
  }
  return [...found.values()].sort((a, b) => a.epoch - b.epoch);
}

/** The epochs of the existing checkpoints, in words. */
export async function checkpointsText(checkpoints: string): Promise<string> {
  const epochs = (await savedCheckpoints(checkpoints)).map(({ epoch }) => epoch);
  const last = (await unnumberedCheckpoints(checkpoints)).find(({ name }) => name === 'last');
  const inside = last?.within === undefined ? '' : `, and the last one inside epoch ${last.epoch}`;
  if (epochs.length === 0 && inside === '') return 'the run has no checkpoint yet';
  const kept =
    epochs.length === 0 ? 'none at the end of an epoch' : `those after ${epochs.join(', ')}`;
  return `the run has ${kept}${inside}`;
}

async function unnumberedCheckpoints(
  checkpoints: string,
): Promise<(TrainingPosition & { readonly name: string; readonly path: string })[]> {
  const found = [];
  for (const name of UNNUMBERED) {
    const path = join(checkpoints, `${name}${ENDING}`);
    if (!(await isThere(path))) continue;
    const { position } = checkpointInfo(await readRegularFile(path), path);
    found.push({ ...position, name, path });
  }
  return found;
}

function numbered(kind: 'epoch' | 'recent', epoch: number): string {
  return `${kind}-${String(epoch).padStart(4, '0')}`;
}

function namesIn(folder: string): Promise<string[]> {
  return readdir(folder).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'ENOENT') throw error;
    return [];
  });
}

function isThere(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    (error: NodeJS.ErrnoException) => {
      if (error.code !== 'ENOENT') throw error;
      return false;
    },
  );
}
