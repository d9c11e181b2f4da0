/** Trains a tiny HaLP recipe: `killed-training.ts DATA OUT EPOCHS [--resume]`; a checkpoint after every second step. */
import { pretrain, processOutput } from '@halp/cli';
import { useBackend } from '@halp/backend';
import { tinyHalp } from './tiny.ts';

const [data, out, epochs] = process.argv.slice(2) as [string, string, string];
await useBackend();
const resume = process.argv.includes('--resume');
await pretrain(
  {
    ...{ recipe: tinyHalp, data, out, seed: 3, epochs: Number(epochs), resume },
    ...{ saveEvery: 1, saveEverySteps: 2, keepRecent: 2 },
  },
  processOutput(false),
);
