import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { readRegularFile, writeInside } from '@halp/files/node';
import type { CheckpointStore } from '@halp/protocols';
import type { RunFolder } from '@halp/train/node';

/** What trainings of an evaluation have left in the run's folder, until the evaluation is there. */
export interface ProtocolCheckpoints {
  /** Where a training keeps its state; that of a repeat apart from the others. */
  readonly at: (repeat?: number) => CheckpointStore;
  /** Removes what was asked for. */
  readonly remove: () => Promise<void>;
}

/**
 * Checkpoints beside the evaluation of that name: `evaluations/epoch-0300-fine-tune.unfinished.safetensors`.
 *
 * @param of - What is trained, as a text: a checkpoint of something else is not gone on from.
 */
export function protocolCheckpoints(
  { path }: RunFolder,
  name: string,
  of: string,
): ProtocolCheckpoints {
  const files = new Set<string>();
  return {
    at(repeat) {
      const part = repeat === undefined ? '' : `-repeat-${repeat}`;
      const inRun = join('evaluations', `${name}${part}.unfinished.safetensors`);
      const file = join(path, inRun);
      files.add(file);
      return {
        path: file,
        of,
        read: () =>
          readRegularFile(file).catch((error: NodeJS.ErrnoException) => {
            if (error.code === 'ENOENT') return undefined;
            throw error;
          }),
        write: (bytes) => writeInside(path, inRun, bytes),
      };
    },
    async remove() {
      for (const file of files) await rm(file, { force: true });
    },
  };
}
