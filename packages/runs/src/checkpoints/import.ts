import { createHash } from 'node:crypto';
import { basename } from 'node:path';
import { type Preparation, preparationText } from '@halp/data';
import { withoutPrefix } from '@halp/nn';
import { createRandom } from '@halp/random';
import {
  buildTraining,
  importParts,
  modulesOf,
  type Recipe,
  statedPreparation,
  type Training,
} from '@halp/recipes';
import { layoutOf } from '@halp/skeleton';
import { createRun, type RunFolder } from '@halp/train/node';
import { IMPORTED, writeClassifier } from '../evaluate/classifiers.ts';
import { checkCall, type OptionChecks } from '../run/check-call.ts';
import { ignore, note, type Remark } from '../run/events.ts';
import { expectRunning } from '../run/expect-running.ts';
import { describeMachine, describeSoftware } from '../run/facts.ts';
import { moduleRecords } from '../run/module-records.ts';
import {
  anInteger,
  anObject,
  aPath,
  checkedLater,
  eventsAndSignal,
  optional,
} from '../run/option-checks.ts';
import { expectFolderPath } from '../run/out-path.ts';
import { readInput } from '../run/read-input.ts';
import { recipeFrom } from '../run/resolve-modules.ts';
import { classNamesOf } from './class-names.ts';
import { encoderOf, loadParts } from './load-parts.ts';
import { namedForRecipe, readTensors } from './read-tensors.ts';

/** What is known of how clips were prepared, each field apart. */
export type StatedPreparation = {
  readonly [Field in keyof Preparation]?: Preparation[Field] | undefined;
};

/** A checkpoint of another program, and the run to make of it. */
export interface ImportOptions {
  /** A PyTorch file, zip or legacy, or a safetensors file. */
  readonly file: string;
  /** The recipe of the checkpoint; modules that it names are imported. */
  readonly recipe: Recipe;
  /** The file that the recipe was read from: its modules are found and recorded relative to its folder. Default: none. */
  readonly recipeFile?: string | undefined;
  /** The folder of the new run. */
  readonly out: string;
  /** The number of epochs it was trained for. Default: as stored in the file, else 0. */
  readonly epoch?: number | undefined;
  /**
   * How the training clips of the encoder were prepared, see `statedPreparation` of `@halp/recipes`. Default: as the recipe
   * implies; the manifest of the run then does not state it.
   */
  readonly preparation?: StatedPreparation | undefined;
  /** The random seed of the parts that the file lacks. Default: 0. */
  readonly seed?: number | undefined;
  /** Called with notes about what was read and assumed. Default: none. */
  readonly onEvent?: ((event: Remark) => void) | undefined;
  /** Stops before the run folder is created. */
  readonly signal?: AbortSignal | undefined;
}

const checks: OptionChecks<ImportOptions> = {
  ...eventsAndSignal,
  file: aPath,
  recipe: checkedLater,
  recipeFile: optional(aPath),
  out: aPath,
  epoch: optional(anInteger(0)),
  preparation: optional(anObject),
  seed: optional(anInteger(0)),
};

/**
 * Converts a checkpoint into a run folder: the encoder and, if the file has them, head, key network, queue and linear
 * classifier. Missing parts keep their initial values; a note says so.
 *
 * Supported names are those of the authors' code of HaLP and CMD (`encoder_q.*`, `encoder_k.*`, `queue`), of CrosSCLR,
 * AimCLR and ActCLR (the same, with a classifier in `encoder_q.fc`), or of an encoder alone, with the prefixes of any
 * wrapper, see `namedAsEncoder`. Assumptions about names and counters are emitted as notes.
 *
 * @throws RangeError if `preparation` is not valid.
 * @throws FormatError if the file cannot be read or does not fit the recipe (the message has the first differences);
 * nothing is created then.
 */
export async function importCheckpoint(options: ImportOptions): Promise<RunFolder> {
  checkCall('importCheckpoint', options, checks);
  expectRunning('importCheckpoint');
  const { file, out, seed = 0, onEvent = ignore } = options;
  await expectFolderPath('importCheckpoint', out);
  const recipe = recipeFrom(options.recipe, options.recipeFile);
  const known = preparationOf(recipe, options.preparation);
  const bytes = await readInput(file, 'a checkpoint');
  const { tensors, epoch: found, prefix } = readTensors(bytes, file);
  const rng = createRandom(seed);
  const records = await moduleRecords(recipe, options.recipeFile);
  const modules = modulesOf(recipe).map(({ module }) => module);
  const training = buildTraining(recipe, rng, await importParts(recipe, { modules }));
  try {
    const { tensors: state, notes } = namedForRecipe(tensors, queryOf(training), recipe, file);
    const { parts, classifier, assumed } = loadParts(training, state, file);
    await new Promise((resolve) => setImmediate(resolve));
    options.signal?.throwIfAborted();
    const epoch = options.epoch ?? found ?? 0;
    const sha256 = createHash('sha256').update(bytes).digest('hex');
    const importedFrom = { file: basename(file), sha256, parts, epoch };
    const run = await createRun(out, {
      format: 1,
      name: recipe.name,
      recipe: JSON.parse(JSON.stringify(recipe)) as unknown,
      seed,
      data: {
        ...{ name: recipe.data.name, benchmark: recipe.data.benchmark },
        preparation: known.isStated ? known.preparation : undefined,
      },
      software: describeSoftware(),
      machine: describeMachine(),
      startedAt: new Date().toISOString(),
      modules: records.length === 0 ? undefined : records,
      importedFrom,
    });
    // An imported queue is full of real keys; objectives infer that from the count of clips.
    const { objective } = recipe;
    const hasQueue = parts.includes('queue') && 'queueSize' in objective;
    const samples = hasQueue ? 2 * objective.queueSize + 1 : 0;
    await run.save({ ...training, rng }, { epoch, step: 0, samples }, true);
    if (classifier !== undefined) {
      const classes = classNamesOf(recipe, classifier.bias.length);
      const origin = `from ${basename(file)}`;
      const of = { importedFrom: { file: basename(file), sha256, epoch } };
      await writeClassifier(run, IMPORTED, { ...classifier, classes, origin, of });
    }
    const removed = prefix === '' ? [] : [`removed ${prefix.slice(0, -1)} from names`];
    for (const text of [...removed, ...notes, ...assumed])
      note(onEvent, `${basename(file)}: ${text}`);
    note(
      onEvent,
      `${out}: ${recipe.name} after ${epoch} epochs, with ${parts.join(', ')} from ${basename(file)}; other parts keep their initial values`,
    );
    note(onEvent, `input clips: ${clipsText(recipe, known)}`);
    return run;
  } finally {
    training.dispose();
  }
}

interface KnownPreparation {
  readonly preparation: Preparation;
  /** Whether the caller stated it. */
  readonly isStated: boolean;
}

function preparationOf(recipe: Recipe, options: StatedPreparation = {}): KnownPreparation {
  // A flag that was left out states nothing.
  const given = Object.entries(options).filter(([, value]) => value !== undefined);
  const stated = Object.fromEntries(given) as Partial<Preparation>;
  return { preparation: statedPreparation(recipe, stated), isStated: given.length > 0 };
}

function clipsText({ data }: Recipe, { preparation, isStated }: KnownPreparation): string {
  const text = preparationText(preparation, layoutOf(data.layout));
  return isStated
    ? text
    : `${text}, as its recipe implies; if its training clips differ, state option normalisation, option channels, option unit or option up`;
}

/** The names of the variables of the query encoder. */
function queryOf({ objective }: Training): readonly string[] {
  const query = withoutPrefix('encoder_q', { ...objective.params, ...objective.state });
  return Object.keys(encoderOf(query));
}
