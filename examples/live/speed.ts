/**
 * How long a push that recognises takes, on each backend: the median over the windows of a synthetic stream.
 *
 * Usage: npx tsx --conditions=@halp/source examples/live/speed.ts NAME=RUN …
 */
import { startBackend } from '@halp/backend';
import { createRecogniser } from '@halp/live';
import { createRandom } from '@halp/random';
import { loadEncoder } from '@halp/runs/node';
import { createClip } from '@halp/skeleton';
import { FPS, streamOf } from './stream.ts';

/** Windows that are not timed: kernels are made for the first ones. */
const WARM = 5;
const WINDOWS = 60;
const rng = createRandom(0);

for (const backend of ['tensorflow', 'wasm'] as const) {
  await startBackend({ prefer: backend });
  for (const each of process.argv.slice(2)) {
    const [name, run] = each.split('=') as [string, string];
    const model = await loadEncoder(run);
    const clipOf = (): ReturnType<typeof createClip> => {
      const values = Float32Array.from({ length: 3 * 60 * 20 }, () => rng.uniform());
      return createClip([3, 60, 20, 1], values);
    };
    const takes = Array.from({ length: 10 }, (_, i) => ({
      ...{ label: `action ${i % 5}`, subject: 1, camera: 1, clip: clipOf() },
    }));
    const recogniser = await createRecogniser({
      ...{ model, layout: 'kinect-v1', window: 2, hop: 0.5 },
      examples: takes.map(({ label, clip }) => ({ label, clip })),
    });
    const times: number[] = [];
    const { frames } = streamOf(takes, rng);
    for (const [i, frame] of frames.entries()) {
      const found = await recogniser.push(frame, i / FPS);
      if (found !== undefined) times.push(found.milliseconds);
      if (times.length === WARM + WINDOWS) break;
    }
    const timed = times.slice(WARM).sort((a, b) => a - b);
    console.log(
      `${backend} ${name}: ${(timed[timed.length >> 1] ?? NaN).toFixed(1)} ms of ${timed.length}`,
    );
    model.dispose();
  }
}
