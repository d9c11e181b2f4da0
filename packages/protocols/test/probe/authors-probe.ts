import { it } from 'vitest';
import { createRandom } from '@halp/random';
import { expectClose, golden } from '@halp/testing';
import { linearProbe } from '../../src/index.ts';
import { floats, ints } from '../arrays.ts';

/** Declares the test against the authors' probe, for the backend of the block around it. */
export function authorsProbeTest(): void {
  it("follows the authors' probe: every loss and the final weights", async () => {
    const { meta, arrays } = golden('linear_probe');
    const data = { features: floats(arrays['features']), labels: ints(arrays['labels']) };
    const { losses, weights } = await linearProbe(
      data,
      data,
      {
        classes: 5,
        crops: 'fixed-centre',
        selectBy: 'last-epoch',
        learningRate: meta['lr'] as number,
        epochs: meta['epochs'] as number,
        milestones: meta['milestones'] as number[],
        batchSize: meta['batch'] as number,
        shuffle: false,
        initial: { weight: floats(arrays['weight0']), bias: floats(arrays['bias0']) },
      },
      createRandom(0),
    );
    expectClose(losses, floats(arrays['losses']), { relative: 1e-4, absolute: 1e-6 });
    expectClose(weights.weight, floats(arrays['weight']), { relative: 1e-4, absolute: 1e-5 });
    expectClose(weights.bias, floats(arrays['bias']), { relative: 1e-4, absolute: 1e-5 });
  });
}
