/**
 * Trains a tiny HaLP recipe: `killed-training.ts DATA OUT EPOCHS [--resume]`; a checkpoint after every second step. After
 * some epochs it waits, so that it is still running when it is killed, however late that is.
 */
import { startBackend } from '@halp/backend';
import { pretrain } from '@halp/runs/node';
import { tinyHalp } from '../tiny.ts';

/** Fewer than the test expects after each kill. */
const MOST_EPOCHS = 7;

const [data, out, epochs] = process.argv.slice(2) as [string, string, string];
await startBackend();
const resume = process.argv.includes('--resume');
let epochsDone = 0;
await pretrain({
  ...{ recipe: tinyHalp, data, out, seed: 3, epochs: Number(epochs), resume },
  ...{ saveEvery: 1, saveEverySteps: 2, keepRecent: 2 },
  onEvent({ kind }) {
    if (kind !== 'epoch' || ++epochsDone < MOST_EPOCHS) return;
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);
  },
});
