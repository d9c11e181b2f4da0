/** Trains a tiny HaLP recipe: `killed-training.ts DATA OUT [--resume]`; a checkpoint after every second step. */
import { pretrain, processOutput } from '@halp/cli';
import { useBackend } from '@halp/backend';
import { tinyHalp } from './tiny.ts';

const [data, out] = process.argv.slice(2) as [string, string];
await useBackend();
const resume = process.argv.includes('--resume');
await pretrain(
  { recipe: tinyHalp, data, out, seed: 3, epochs: 6, saveEvery: 1, saveEverySteps: 2, resume },
  processOutput(false),
);
