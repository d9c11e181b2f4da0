/**
 * Measures 1-NN accuracy on the raw coordinates of NW-UCLA and UTD-MHAD with each normalisation, as `halp inspect
 * --coordinates` does. Produces the table of docs/guides/add-a-data-set.md.
 *
 * Usage: npx tsx --conditions=@halp/source bench/coordinates.ts --nw-ucla DIR --utd-mhad DIR
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { startBackend } from '@halp/backend';
import { normalisations, withNormalisation } from '@halp/data';
import { type Plan, planNwUcla, planUtdMhad, prepare } from '@halp/data/node';
import { inspect } from '@halp/runs/node';

const { values } = parseArgs({
  options: { 'nw-ucla': { type: 'string' }, 'utd-mhad': { type: 'string' } },
});
const [nwUcla, utdMhad] = [values['nw-ucla'], values['utd-mhad']];
if (nwUcla === undefined || utdMhad === undefined) {
  throw new Error('coordinates: expected --nw-ucla DIR and --utd-mhad DIR');
}

const { name } = await startBackend();
console.log(`on ${name}`);
for (const plan of [await planNwUcla({ raw: nwUcla }), await planUtdMhad({ raw: utdMhad })]) {
  for (const kind of normalisations) {
    const preparation = withNormalisation(plan.preparation, kind);
    const text = await measured({ ...plan, preparation });
    console.log(`${plan.name}, ${kind}: ${text}`);
  }
}

/** The accuracy, the time, and the mean posture of the set. */
async function measured(plan: Plan): Promise<string> {
  const out = await mkdtemp(join(tmpdir(), 'halp-coordinates-'));
  try {
    const { posture } = await prepare(plan, { out, workers: 0 });
    const started = performance.now();
    const { coordinates } = await inspect({ path: out, coordinates: true });
    if (coordinates === undefined) throw new Error('coordinates: expected a result, got none');
    const { accuracy, counts } = coordinates;
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
