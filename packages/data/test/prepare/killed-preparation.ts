/**
 * Prepares the synthetic data set: `killed-preparation.ts OUT WORKERS CLIPS`. It prints its progress every few clips, and
 * waits soon after CLIPS clips, so that it is still running when it is killed, however late that is.
 */
import { planSynthetic, prepare } from '../../src/node.ts';

await prepare(planSynthetic({ performers: 2, replications: 1 }), {
  out: process.argv[2] as string,
  workers: Number(process.argv[3]),
  saveEvery: 16,
  onProgress: ({ done, resumed }) => {
    process.stdout.write(`${done} ${resumed}\n`);
    const isLate = done >= Number(process.argv[4]) + 16;
    if (isLate) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);
  },
});
