/** Prepares the synthetic data set into the folder that is named, and says after each few clips how far it is. */
import { planSynthetic, prepare } from '../src/node.ts';

await prepare(planSynthetic({ performers: 2, replications: 1 }), {
  out: process.argv[2] as string,
  workers: Number(process.argv[3]),
  saveEvery: 16,
  onProgress: ({ done, resumed }) => process.stdout.write(`${done} ${resumed}\n`),
});
