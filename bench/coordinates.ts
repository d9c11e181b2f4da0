/**
 * Measures 1-NN accuracy on the raw coordinates of NW-UCLA and UTD-MHAD in the evaluation view of their recipes, for
 * each normalisation. Produces the table of docs/guides/add-a-data-set.md.
 *
 * Usage: npx tsx --conditions=@halp/source bench/coordinates.ts --nw-ucla DIR --utd-mhad DIR
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { startBackend } from '@halp/backend';
import { normalisations, type Part, withNormalisation } from '@halp/data';
import { openDataset, type Plan, planNwUcla, planUtdMhad, prepare } from '@halp/data/node';
import { createLoader } from '@halp/loader';
import { coordinatesKnn, type FeatureBatch } from '@halp/protocols';
import { createRandom } from '@halp/random';
import { nwUclaMoco, type Recipe, utdMhadMoco } from '@halp/recipes';

const { values } = parseArgs({
  options: { 'nw-ucla': { type: 'string' }, 'utd-mhad': { type: 'string' } },
});
const [nwUcla, utdMhad] = [values['nw-ucla'], values['utd-mhad']];
if (nwUcla === undefined || utdMhad === undefined) {
  throw new Error('coordinates: expected --nw-ucla DIR and --utd-mhad DIR');
}

const { name } = await startBackend();
console.log(`on ${name}`);
const sets: readonly (readonly [Plan, Recipe])[] = [
  [await planNwUcla({ raw: nwUcla }), nwUclaMoco],
  [await planUtdMhad({ raw: utdMhad }), utdMhadMoco],
];
for (const [plan, recipe] of sets) {
  for (const kind of normalisations) {
    const preparation = withNormalisation(plan.preparation, kind);
    const text = await measured({ ...plan, preparation }, recipe);
    console.log(`${plan.name}, ${kind}: ${text}`);
  }
}

/** The accuracy, the time, and the mean posture of the set. */
async function measured(plan: Plan, recipe: Recipe): Promise<string> {
  const out = await mkdtemp(join(tmpdir(), 'halp-coordinates-'));
  try {
    const { posture, manifest } = await prepare(plan, { out, workers: 0 });
    const batches = (part: Part) =>
      async function* (): AsyncGenerator<FeatureBatch> {
        const dataset = await openDataset(out, { benchmark: plan.benchmarks[0], part });
        const loader = await createLoader(
          dataset,
          {
            ...{ batchSize: 64, shuffle: false, dropLast: false },
            views: [recipe.evaluation.view],
          },
          createRandom(0),
        );
        yield* loader.epoch(0);
        await loader.close();
        await dataset.close();
      };
    const started = performance.now();
    const { accuracy, counts } = await coordinatesKnn(batches('train'), batches('test'), {
      classes: manifest.classes,
    });
    const seconds = ((performance.now() - started) / 1000).toFixed(1);
    const degrees = (radians = NaN): string => ((radians * 180) / Math.PI).toFixed(1);
    const { median, most } = posture?.tilt ?? {};
    return (
      `${(100 * accuracy).toFixed(1)} % (${counts.correct} of ${counts.test}), ${seconds} s; ` +
      `tilt of upright ${degrees(median)}° median, ${degrees(most)}° most`
    );
  } finally {
    await rm(out, { recursive: true, force: true });
  }
}
