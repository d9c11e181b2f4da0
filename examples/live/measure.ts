/**
 * Actions in streams of real clips, taught by clips of other persons: by 1, 3 and 5 examples of each action.
 *
 * Usage: npx tsx --conditions=@halp/source examples/live/measure.ts --raw DIR --out DIR NAME=RUN …
 *   --raw   the folder with the raw files of NW-UCLA and UTD-MHAD, in nw-ucla/ and utd-mhad/
 *   --out   where live.json and live.md are written
 *   NAME=RUN   the encoders, each a name and the folder of its run or its safetensors file
 */
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { startBackend } from '@halp/backend';
import { createRecogniser, type RecogniserOptions, UNKNOWN } from '@halp/live';
import { createRandom } from '@halp/random';
import { coordinatesModel, type MeasuredModel, remembering } from './models.ts';
import { openModel } from './open-model.ts';
import { type Report, scoreOf, type StreamScore } from './score.ts';
import { drawExamples, FPS, PAUSE, type Stream, streamOf, type Take } from './stream.ts';
import { tablesOf } from './tables.ts';
import { readTakes, type SetName } from './takes.ts';

/** Who is recognised, and how long a window is. Subject 3 was used to choose the defaults of `@halp/live`. */
const settings: Readonly<
  Record<
    SetName,
    {
      readonly persons: readonly number[];
      readonly window: number;
      /** Whether a take is in the stream of a person. */
      readonly isTest: (take: Take, person: number) => boolean;
      /** Whether a take may be an example for that stream. */
      readonly isExample: (take: Take, person: number) => boolean;
    }
  >
> = {
  'nw-ucla': {
    persons: [1, 2],
    window: 1.5,
    isTest: ({ subject, camera }, person) => subject === person && camera === 3,
    isExample: ({ subject, camera }, person) => subject !== person && camera !== 3,
  },
  'utd-mhad': {
    persons: [2, 4],
    window: 2.5,
    isTest: ({ subject }, person) => subject === person,
    isExample: ({ subject }) => subject % 2 === 1,
  },
};

/** How often the examples are drawn. */
const DRAWS = 2;
const HOP = 0.5;

/** One row of the results. */
export interface Row extends StreamScore {
  readonly set: SetName;
  readonly encoder: string;
  readonly spans: 'windows' | 'movements';
  readonly by: 'nearest' | 'ridge';
  readonly examples: number;
  /** Leave-one-out accuracy of the examples; NaN with one example of each action. */
  readonly leaveOneOut: number;
  /** The fraction of the actions whose most similar label is right, whether or not it is reported. */
  readonly bestLabel: number;
  /** The standard deviation of `segments` over streams and draws. */
  readonly deviation: number;
}

const { values, positionals } = parseArgs({
  options: { raw: { type: 'string' }, out: { type: 'string' } },
  allowPositionals: true,
});
const { raw, out } = values;
if (raw === undefined || out === undefined || positionals.length === 0) {
  throw new Error('measure: expected --raw DIR --out DIR NAME=RUN …');
}
const { name: backend } = await startBackend({ prefer: 'tensorflow' });
const rows: Row[] = [];
const folder = out;
const models = new Map<string, MeasuredModel>();
for (const each of positionals) {
  const [name, run] = each.split('=') as [string, string];
  models.set(name, remembering(await openModel(run)));
}
const [first] = [...models.values()] as [MeasuredModel];
models.set('coordinates', remembering(coordinatesModel(first)));
for (const set of Object.keys(settings) as SetName[]) {
  const takes = await readTakes(set, join(raw, set));
  for (const [encoder, model] of models) {
    await measureSet(set, takes, encoder, model);
    await save();
  }
}
for (const model of models.values()) model.dispose();

async function save(): Promise<void> {
  const milliseconds = Object.fromEntries(
    [...models].map(([name, model]) => [name, medianOf(model.milliseconds)]),
  );
  const result = { backend, fps: FPS, pause: PAUSE, hop: HOP, draws: DRAWS, rows, milliseconds };
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, 'live.json'), `${JSON.stringify(result, undefined, 2)}\n`);
  await writeFile(join(folder, 'live.md'), tablesOf(rows));
}

type Measured = StreamScore & Pick<Row, 'leaveOneOut' | 'bestLabel'>;

async function measureSet(
  set: SetName,
  takes: readonly Take[],
  encoder: string,
  model: MeasuredModel,
): Promise<void> {
  const { persons, window, isTest, isExample } = settings[set];
  for (const spans of ['movements', 'windows'] as const) {
    for (const by of spans === 'movements'
      ? (['ridge', 'nearest'] as const)
      : (['ridge'] as const)) {
      for (const count of [1, 3, 5]) {
        const scores: Measured[] = [];
        for (const person of persons) {
          const rng = createRandom(person);
          const test = takes.filter((take) => isTest(take, person));
          const stream = streamOf(test, rng.fork('stream'));
          const taught = takes.filter((take) => isExample(take, person));
          for (let draw = 0; draw < DRAWS; draw++) {
            const examples = drawExamples(taught, count, rng.fork('examples', draw));
            scores.push(await measured(stream, { model, spans, by, window, examples }));
          }
        }
        const mean = (key: keyof (typeof scores)[number]): number =>
          meanOf(scores.map((s) => s[key]));
        const segments = scores.map((score) => score.segments);
        const row: Row = {
          ...{ set, encoder, spans, by, examples: count },
          ...{
            leaveOneOut: mean('leaveOneOut'),
            bestLabel: mean('bestLabel'),
            deviation: deviationOf(segments),
          },
          ...{ actionFrames: mean('actionFrames'), pauseFrames: mean('pauseFrames') },
          ...{ segments: mean('segments'), delay: mean('delay'), falseAlarms: mean('falseAlarms') },
        };
        rows.push(row);
        console.log(JSON.stringify(row));
      }
    }
  }
}

async function measured(
  { frames, actions }: Stream,
  options: Pick<RecogniserOptions, 'model' | 'spans' | 'by' | 'window' | 'examples'>,
): Promise<Measured> {
  const recogniser = await createRecogniser({
    ...{ ...options, layout: 'kinect-v1', hop: HOP, fps: FPS },
  });
  const reports: Report[] = [];
  const best: Report[] = [];
  for (const [i, frame] of frames.entries()) {
    const found = await recogniser.push(frame, i / FPS);
    if (found === undefined) continue;
    const { label, to, from, final, scores } = found;
    // A report is there with its frame: `to` of a movement is earlier, by the pause that ends it.
    const at = { seconds: i / FPS, ...(final ? { movement: { from, to } } : {}) };
    reports.push({ label, ...at });
    best.push({ label: scores[0]?.label ?? UNKNOWN, ...at });
  }
  const given = { duration: frames.length / FPS, fps: FPS, none: UNKNOWN };
  const { accuracy = NaN } = recogniser.report();
  return {
    ...scoreOf(reports, actions, given),
    ...{ leaveOneOut: accuracy, bestLabel: scoreOf(best, actions, given).segments },
  };
}

function meanOf(list: readonly number[]): number {
  const finite = list.filter(Number.isFinite);
  return finite.reduce((a, b) => a + b, 0) / finite.length;
}

function deviationOf(list: readonly number[]): number {
  const mean = meanOf(list);
  return Math.sqrt(list.reduce((sum, x) => sum + (x - mean) ** 2, 0) / (list.length - 1));
}

function medianOf(list: readonly number[]): number {
  return [...list].sort((a, b) => a - b)[list.length >> 1] ?? NaN;
}
