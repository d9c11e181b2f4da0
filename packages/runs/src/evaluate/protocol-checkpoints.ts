import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { readRegularFile, writeInside } from '@halp/files/node';
import type { CheckpointStore } from '@halp/protocols';
import type { RunFolder } from '@halp/train/node';

/** The checkpoints of an unfinished evaluation that trains, in the run folder. */
export interface ProtocolCheckpoints {
  /** The store of a training; each repeat has its own. */
  readonly at: (repeat?: number) => CheckpointStore;
  /** Removes the files of all stores that were opened. */
  readonly remove: () => Promise<void>;
}

/**
 * Checkpoints next to the evaluation of that name: `evaluations/epoch-0300-fine-tune.unfinished.safetensors`.
 *
 * @param of - A text that identifies the training; checkpoints with another text are ignored.
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
