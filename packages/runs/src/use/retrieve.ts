import { extname } from 'node:path';
import type { Dataset, Preparation } from '@halp/data';
import { readRawClips } from '@halp/data/node';
import { nearest } from '@halp/protocols';
import { type Recipe, trainedOn } from '@halp/recipes';
import { type Clip, layoutOf } from '@halp/skeleton';
import { openRun } from '@halp/train/node';
import { filmstrip } from '@halp/viewer';
import { stacked } from '../draw/stacked.ts';
import { viewOf } from '../draw/view-of.ts';
import { evaluationData } from '../features/evaluation-data.ts';
import { partFeatures } from '../features/part-features.ts';
import { checkCall, type OptionChecks } from '../run/check-call.ts';
import { ignore, type Remark } from '../run/events.ts';
import { expectRunning } from '../run/expect-running.ts';
import { loadEncoders } from '../run/load-run.ts';
import { modulesOfRun, type ModuleTrust } from '../run/modules.ts';
import {
  anInteger,
  aPath,
  aString,
  channels,
  eventsAndSignal,
  moduleTrust,
  optional,
} from '../run/option-checks.ts';
import { expectFilePath, writeOut } from '../run/out-path.ts';
import { recipeOfRun } from '../run/recipe-of-run.ts';
import { sayChanges } from '../run/say-changes.ts';
import { modelOfRun } from './load.ts';

/** The query clip and the gallery to search. */
export interface RetrieveOptions extends ModuleTrust {
  /** The skeleton file of the query; its first clip is used. */
  readonly file: string;
  /** The folder of the run. */
  readonly run: string;
  /** The folder of a prepared data set; its training part is the gallery. */
  readonly data: string;
  /** The checkpoint, as the number of epochs trained. Default: the last one. */
  readonly epoch?: number | undefined;
  /** The benchmark. Default: the recipe's if the data set has it, else its only one. */
  readonly benchmark?: string | undefined;
  /** What the third number of a joint is, if the file does not state it. */
  readonly channels?: Preparation['channels'] | undefined;
  /** The number of clips to return. Default: 5. */
  readonly count?: number | undefined;
  /** An `.svg` file to draw the query and the results into. Default: none. */
  readonly draw?: string | undefined;
  /** Called with what was changed in clips. Default: none. */
  readonly onEvent?: ((event: Remark) => void) | undefined;
  /** Stops between two batches; nothing is written then. */
  readonly signal?: AbortSignal | undefined;
}

/** A training clip similar to the query. */
export interface Retrieved {
  /** The clip's name in the data set. */
  readonly clip: string;
  /** The clip's class. */
  readonly class: string;
  /** The cosine similarity of the features, in [-1, 1]. */
  readonly similarity: number;
}

const checks: OptionChecks<RetrieveOptions> = {
  ...moduleTrust,
  ...eventsAndSignal,
  ...channels,
  file: aPath,
  run: aPath,
  data: aPath,
  epoch: optional(anInteger(0)),
  benchmark: optional(aString),
  count: optional(anInteger(1)),
  draw: optional(aPath),
};

/**
 * The training clips of a data set that are most similar to a clip, the most similar first.
 *
 * @throws FormatError if file, run or data set cannot be read.
 * @throws RangeError if `count` is larger than the number of training clips.
 */
export async function retrieve(options: RetrieveOptions): Promise<Retrieved[]> {
  checkCall('retrieve', options, checks);
  expectRunning('retrieve');
  const { file, count = 5, draw, onEvent = ignore } = options;
  if (draw !== undefined) {
    if (extname(draw).toLowerCase() !== '.svg') {
      throw new RangeError(`retrieve: expected option draw = FILE.svg, got ${draw}`);
    }
    await expectFilePath('retrieve', draw);
  }
  const run = await openRun(options.run);
  const recipe = recipeOfRun(run);
  const modules = await modulesOfRun(run, recipe, options, onEvent);
  const trained = trainedOn(run.manifest);
  const data = await evaluationData(recipe, trained, options.data, options.benchmark);
  const loaded = await loadEncoders(run, modules, options.epoch);
  const model = await modelOfRun(run, loaded, modules);
  try {
    const layout = layoutOf(recipe.data.layout);
    const [raw] = (await readRawClips(file, { channels: options.channels, layout })).clips;
    if (raw === undefined) throw new RangeError(`retrieve: expected a clip in ${file}, got none`);
    const query = { name: raw.name, ...model.prepared(raw, file) };
    const opened = data.open('train');
    const gallery = await partFeatures(loaded.encoders, recipe, opened, modules, options.signal);
    const { data: feature } = await model.featuresOf([query.clip]);
    const { rows, similarities } = await nearest(gallery.fused, feature, { k: count });
    const found = Array.from(rows, (row, i): Retrieved => {
      const label = gallery.fused.labels[row] as number;
      return {
        clip: gallery.names[row] as string,
        class: gallery.classes[label] as string,
        similarity: similarities[i] as number,
      };
    });
    sayChanges([query, { name: data.name, changes: await data.changes() }], onEvent);
    if (draw !== undefined) {
      const dataset = await data.open('train');
      try {
        await drawAll(draw, recipe, query, { dataset, rows, found });
      } finally {
        await dataset.close();
      }
    }
    return found;
  } finally {
    model.dispose();
  }
}

interface Found {
  readonly dataset: Dataset;
  readonly rows: Int32Array;
  readonly found: readonly Retrieved[];
}

async function drawAll(
  file: string,
  { data }: Recipe,
  query: { readonly name: string; readonly clip: Clip },
  { dataset, rows, found }: Found,
): Promise<void> {
  const layout = layoutOf(data.layout);
  const view = viewOf(dataset.preparation);
  const strips = [filmstrip(query.clip, layout, { title: query.name, ...view })];
  for (const [i, row] of rows.entries()) {
    const { clip } = await dataset.get(row);
    strips.push(filmstrip(clip, layout, { title: describe(found[i] as Retrieved), ...view }));
  }
  await writeOut(file, stacked(strips));
}

function describe({ clip, class: name, similarity }: Retrieved): string {
  return `${clip}: ${name}, cosine ${similarity.toFixed(3)}`;
}
