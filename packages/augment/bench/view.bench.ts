import { bench, describe } from 'vitest';
import { createRandom } from '@halp/random';
import { aimclrExtremeView, compilePipeline, halpPretrainView } from '../src/index.ts';
import { noiseClip } from '../test/clips.ts';

describe('two pretraining views of 64 clips', async () => {
  const small = await compilePipeline(halpPretrainView({ size: 32, minimum: 16, corrupted: 12 }));
  const large = await compilePipeline(halpPretrainView());
  const extreme = await compilePipeline(aimclrExtremeView());
  const ucla = noiseClip([3, 45, 20, 1]);
  const ntu = noiseClip([3, 90, 25, 2]);
  const rng = createRandom(0);

  bench('NW-UCLA, [3, 32, 20, 1]', () => {
    for (let i = 0; i < 128; i++) small(ucla, rng.fork('view', 0, i));
  });

  bench('NTU, [3, 64, 25, 2]', () => {
    for (let i = 0; i < 128; i++) large(ntu, rng.fork('view', 0, i));
  });

  bench("NTU, AimCLR's extreme view, [3, 50, 25, 2]", () => {
    for (let i = 0; i < 128; i++) extreme(ntu, rng.fork('view', 0, i));
  });
});
