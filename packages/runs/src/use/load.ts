import { stat } from 'node:fs/promises';
import { basename } from 'node:path';
import type { Preparation } from '@halp/data';
import { readRawClips } from '@halp/data/node';
import { readRegularFile } from '@halp/files/node';
import { expectArray, expectText } from '@halp/random/check';
import {
  type ClassifierModel,
  type EncoderModel,
  type ModelInput,
  type Recipe,
  trainedOn,
} from '@halp/recipes';
import { layoutOf } from '@halp/skeleton';
import { openRun, type RunFolder } from '@halp/train/node';
import { classNamesOf } from '../checkpoints/class-names.ts';
import {
  chooseClassifier,
  describeClassifier,
  readClassifier,
  type SavedClassifier,
} from '../evaluate/classifiers.ts';
import { classifierOfBytes, encoderFromBytes } from '../model/from-bytes.ts';
import { modelOf, type OpenModel, withClassifier } from '../model/model.ts';
import { checkCall, type OptionChecks } from '../run/check-call.ts';
import { ignore, note, type Remark } from '../run/events.ts';
import { expectRunning } from '../run/expect-running.ts';
import { type LoadedEncoders, loadEncoders } from '../run/load-run.ts';
import { modulesOfRun, type ModuleTrust } from '../run/modules.ts';
import {
  aListOfStrings,
  anInteger,
  aString,
  channels as channelsChecks,
  checkedLater,
  events,
  moduleTrust,
  optional,
} from '../run/option-checks.ts';
import { readInput } from '../run/read-input.ts';
import { recipeOfRun } from '../run/recipe-of-run.ts';

/** The input of a model in Node: a clip, a recording, or the path of a file with one clip. */
export type ModelInputInNode = ModelInput | string;

/** How an encoder is loaded. */
export interface LoadEncoderOptions extends ModuleTrust {
  /** For a run: the checkpoint, as the number of epochs trained. Default: the last one. */
  readonly epoch?: number | undefined;
  /** For a PyTorch or safetensors file of another program: its recipe. */
  readonly recipe?: Recipe | undefined;
  /** What the third number of a joint is, if the file of a clip does not state it. */
  readonly channels?: Preparation['channels'] | undefined;
  /** Called with notes. Default: none. */
  readonly onEvent?: ((event: Remark) => void) | undefined;
}

/** How an encoder and its classifier are loaded. */
export interface LoadClassifierOptions extends Omit<LoadEncoderOptions, 'epoch'> {
  /**
   * For a run: the name of one of its classifiers, required only if several fit. For an exported encoder: the path of a
   * classifier file.
   */
  readonly classifier?: string | undefined;
  /** The class names of a checkpoint's own classifier. Default: those of the recipe's data set. */
  readonly classes?: readonly string[] | undefined;
}

const checks = { ...moduleTrust, ...events, ...channelsChecks, recipe: checkedLater };

const encoderChecks: OptionChecks<LoadEncoderOptions> = {
  ...checks,
  epoch: optional(anInteger(0)),
};

const classifierChecks: OptionChecks<LoadClassifierOptions> = {
  ...checks,
  classifier: optional(aString),
  classes: optional(aListOfStrings),
};

/**
 * The encoder of a run folder; of a file that `halp export --format safetensors` has written; or, with a `recipe`, of a
 * PyTorch or safetensors checkpoint of another program. Only the encoder is built: no key network, queue or optimizer. The
 * caller disposes it.
 *
 * @throws FormatError if run or file cannot be read, or do not fit the recipe.
 * @throws RangeError if the run names a module that is neither the caller's own nor allowed.
 */
export async function loadEncoder(
  path: string,
  options: LoadEncoderOptions = {},
): Promise<EncoderModel<ModelInputInNode>> {
  expectText('loadEncoder', 'the path of a run or of a file', path);
  checkCall('loadEncoder', options, encoderChecks);
  expectRunning('loadEncoder');
  const { epoch, recipe, channels, onEvent = ignore } = options;
  if (!(await isFolder(path))) {
    expectNone('loadEncoder', { epoch }, 'a run', `the file ${path}`);
    const bytes = await readInput(path, 'an encoder');
    const name = basename(path);
    return inNode(await encoderFromBytes(bytes, { name, recipe, onEvent }), channels);
  }
  expectNone('loadEncoder', { recipe }, 'a file', `the run ${path}`);
  const run = await openRun(path);
  const modules = await modulesOfRun(run, recipeOfRun(run), options, onEvent);
  return inNode(await modelOfRun(run, await loadEncoders(run, modules, epoch), modules), channels);
}

/**
 * The encoder of a run or file, as {@link loadEncoder}, with a linear classifier on its features. For a run: the classifier
 * that belongs to its last checkpoint and has the classes of its own data set, or the one given by name, with the
 * checkpoint it was trained on. For a file: see `classifierFromBytes`. The caller disposes it.
 *
 * @throws FormatError if there is no classifier, or run or file cannot be read.
 * @throws RangeError if several classifiers fit (the message lists them), or the run has several streams.
 *
 * @example
 * ```ts
 * const model = await loadClassifier('runs/first');
 * const [best] = await model.classify('S001C001P001R001A001.skeleton');
 * ```
 */
export async function loadClassifier(
  path: string,
  options: LoadClassifierOptions = {},
): Promise<ClassifierModel<ModelInputInNode>> {
  expectText('loadClassifier', 'the path of a run or of a file', path);
  checkCall('loadClassifier', options, classifierChecks);
  expectRunning('loadClassifier');
  const { channels, recipe, classes, onEvent = ignore } = options;
  if (!(await isFolder(path))) return classifierOfFile(path, options);
  expectNone('loadClassifier', { recipe, classes }, 'a file', `the run ${path}`);
  const { model, classifier } = await openClassifier(path, options);
  note(onEvent, `classifier ${describeClassifier(classifier)}`);
  try {
    const weights = await readClassifier(classifier, model.featureSize);
    return classifyingInNode(withClassifier(model, weights), channels);
  } catch (error) {
    model.dispose();
    throw error;
  }
}

/** @throws RangeError if an option is given that would have no effect. */
function expectNone(caller: string, options: object, owner: string, got: string): void {
  const given = Object.entries(options).find(([, value]) => value !== undefined);
  if (given === undefined) return;
  throw new RangeError(
    `${caller}: expected ${given[0]} for ${owner} only, got it for ${got}; leave it out`,
  );
}

/** A run's encoder and the classifier that belongs to it. */
export interface OpenClassifier {
  /** The encoder; the caller disposes it. */
  readonly model: OpenModel;
  /** Its classifier. */
  readonly classifier: SavedClassifier;
}

/**
 * The encoder of a run with the chosen classifier.
 *
 * @throws FormatError, RangeError as {@link loadClassifier}.
 */
export async function openClassifier(
  path: string,
  options: LoadClassifierOptions,
): Promise<OpenClassifier> {
  const run = await openRun(path);
  const recipe = recipeOfRun(run);
  if (recipe.stream === '3s') {
    throw new RangeError(
      `classify: expected a run of one stream, joint, bone or motion, got three in ${path}; ` +
        'the protocol linear evaluates them together',
    );
  }
  const modules = await modulesOfRun(run, recipe, options, options.onEvent ?? ignore);
  const { loaded, classifier } = await withChosen(run, modules, options.classifier);
  return { model: await modelOfRun(run, loaded, modules), classifier };
}

async function withChosen(
  run: RunFolder,
  modules: readonly string[],
  name: string | undefined,
): Promise<{ readonly loaded: LoadedEncoders; readonly classifier: SavedClassifier }> {
  const last = await loadEncoders(run, modules);
  try {
    const classifier = await chooseClassifier(run, last.position, name);
    const { epoch, iteration } = classifier;
    const isLast = epoch === last.position.epoch && iteration === last.position.within?.iteration;
    if (epoch === undefined || isLast) return { loaded: last, classifier };
    if (iteration !== undefined) {
      throw new RangeError(
        `classify: expected a classifier of a saved checkpoint, got ${classifier.name}, trained on one inside epoch ${epoch}; evaluate the run by the protocol linear again`,
      );
    }
    const loaded = await loadEncoders(run, modules, epoch);
    last.dispose();
    return { loaded, classifier };
  } catch (error) {
    last.dispose();
    throw error;
  }
}

/** The model of a run's encoders, which it owns. */
export async function modelOfRun(
  run: RunFolder,
  loaded: LoadedEncoders,
  modules: readonly string[],
): Promise<OpenModel> {
  const { encoders, position } = loaded;
  const trained = trainedOn(run.manifest);
  return modelOf({
    ...{ encoders, recipe: recipeOfRun(run), trained, epoch: position.epoch, modules },
  });
}

async function classifierOfFile(
  path: string,
  { classifier, recipe, classes, channels, onEvent }: LoadClassifierOptions,
): Promise<ClassifierModel<ModelInputInNode>> {
  const bytes = await readInput(path, 'an encoder');
  const own = classifier === undefined ? undefined : await readRegularFile(classifier);
  const options = { name: basename(path), recipe, classes, classifier: own, onEvent };
  const model = await classifierOfBytes('loadClassifier', bytes, options, classNamesOf);
  return classifyingInNode(model, channels);
}

function inNode(
  model: EncoderModel,
  channels: LoadEncoderOptions['channels'],
): EncoderModel<ModelInputInNode> {
  return {
    ...model,
    async embed(clips) {
      expectArray('embed', 'clips in a list', clips);
      return model.embed(
        await Promise.all(clips.map((clip) => read(clip, model.recipe, channels))),
      );
    },
  };
}

function classifyingInNode(
  model: ClassifierModel,
  channels: LoadEncoderOptions['channels'],
): ClassifierModel<ModelInputInNode> {
  return {
    ...model,
    ...inNode(model, channels),
    classify: async (clip, options) =>
      model.classify(await read(clip, model.recipe, channels), options),
  };
}

async function read(
  input: ModelInputInNode,
  { data }: Recipe,
  channels: LoadEncoderOptions['channels'],
): Promise<ModelInput> {
  if (typeof input !== 'string') return input;
  const { clips } = await readRawClips(input, { channels, layout: layoutOf(data.layout) });
  const [only, ...more] = clips;
  if (only !== undefined && more.length === 0) return only;
  throw new RangeError(
    `model: expected a file of one clip, got ${clips.length} in ${input}; use readRawClips of @halp/data/node`,
  );
}

async function isFolder(path: string): Promise<boolean> {
  return stat(path).then(
    (found) => found.isDirectory(),
    () => false,
  );
}
