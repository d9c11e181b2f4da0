import { type Bytes, FormatError, parseSafetensorsHeader, whatIs } from '@halp/files';
import { fileBytes } from '@halp/files/check';
import {
  checkRecipe,
  type Classifier,
  type ClassifierModel,
  type EncoderModel,
  parseClassifier,
  parseEncoderFile,
  type Recipe,
} from '@halp/recipes';
import { classNumbers } from '../checkpoints/class-numbers.ts';
import { encodersOfCheckpoint } from '../checkpoints/encoder-of-checkpoint.ts';
import { checkCall, type OptionChecks } from '../run/check-call.ts';
import { ignore, note, type Remark } from '../run/events.ts';
import { expectRunning } from '../run/expect-running.ts';
import { aListOfStrings, aString, checkedLater, events, optional } from '../run/option-checks.ts';
import { modelOf, type OpenModel, withClassifier } from './model.ts';

/** How the bytes of an encoder are read. */
export interface EncoderBytesOptions {
  /** The file's name, for error messages. Default: `encoder`. */
  readonly name?: string | undefined;
  /**
   * The recipe of a PyTorch or safetensors checkpoint of another program. Default: the recipe in the file, which
   * `halp export --format safetensors` stores there.
   */
  readonly recipe?: Recipe | undefined;
  /** Called with a note for every assumption about tensor names. Default: none. */
  readonly onEvent?: ((event: Remark) => void) | undefined;
}

/** How the bytes of an encoder and its classifier are read. */
export interface ClassifierBytesOptions extends EncoderBytesOptions {
  /** The bytes of a classifier, such as `classifiers/*.safetensors` of a run. Default: the checkpoint's own. */
  readonly classifier?: Bytes | undefined;
  /**
   * The class names of a checkpoint's own classifier, such as `ntuSets.ntu60.classes` of `@halp/data`. Default: their
   * numbers.
   */
  readonly classes?: readonly string[] | undefined;
}

const encoderChecks: OptionChecks<EncoderBytesOptions> = {
  ...events,
  name: optional(aString),
  recipe: checkedLater,
};

const classifierChecks: OptionChecks<ClassifierBytesOptions> = {
  ...encoderChecks,
  classifier: checkedLater,
  classes: optional(aListOfStrings),
};

/**
 * The encoder in the bytes of a file that `halp export --format safetensors` has written, or, with a `recipe`, of a
 * PyTorch or safetensors checkpoint of another program. The caller disposes it.
 *
 * @throws FormatError if the bytes are neither, or do not fit the recipe.
 */
export async function encoderFromBytes(
  input: Bytes,
  options: EncoderBytesOptions = {},
): Promise<EncoderModel> {
  checkCall('encoderFromBytes', options, encoderChecks);
  return (await opened('encoderFromBytes', input, options)).model;
}

/**
 * The encoder in bytes, as {@link encoderFromBytes}, with a linear classifier on its features: the one in `classifier`,
 * or the one that a checkpoint of another program has in place of its head. The caller disposes it.
 *
 * @throws FormatError if there is no classifier, or its number of features differs from the encoder's.
 * @throws RangeError if the number of names is not the number of classes.
 */
export async function classifierFromBytes(
  input: Bytes,
  options: ClassifierBytesOptions = {},
): Promise<ClassifierModel> {
  checkCall('classifierFromBytes', options, classifierChecks);
  return classifierOfBytes('classifierFromBytes', input, options, (_, count) =>
    classNumbers(count),
  );
}

/** {@link classifierFromBytes}, called by `caller`, which error messages name and which supplies class names. */
export async function classifierOfBytes(
  caller: string,
  input: Bytes,
  options: ClassifierBytesOptions,
  namesOf: (recipe: Recipe, classes: number) => readonly string[],
): Promise<ClassifierModel> {
  const { model, own } = await opened(caller, input, options);
  try {
    const { name = 'encoder', classifier, classes } = options;
    if (classifier !== undefined) {
      const bytes = fileBytes(caller, classifier);
      return withClassifier(model, parseClassifier(bytes, 'classifier', model.featureSize));
    }
    if (own === undefined) {
      throw new FormatError(
        name,
        'expected a classifier in place of the head, got none; pass the bytes of one as { classifier }',
      );
    }
    const count = own.bias.length;
    const names = classes ?? namesOf(model.recipe, count);
    if (names.length !== count) {
      throw new RangeError(`${caller}: expected ${count} class names, got ${names.length}`);
    }
    const whole: Classifier = { ...own, classes: names, origin: `from ${name}` };
    return withClassifier(model, whole);
  } catch (error) {
    model.dispose();
    throw error;
  }
}

interface Opened {
  readonly model: OpenModel;
  readonly own?: { readonly weight: Float32Array; readonly bias: Float32Array } | undefined;
}

async function opened(caller: string, input: Bytes, options: EncoderBytesOptions): Promise<Opened> {
  const bytes = fileBytes(caller, input);
  expectRunning(caller);
  const { name = 'encoder', recipe, onEvent = ignore } = options;
  const exported = isExported(bytes, name);
  if (recipe === undefined && !exported) {
    throw new FormatError(
      name,
      `expected an encoder that was exported as safetensors, got ${whatIs(bytes)?.what ?? 'something else'}; ` +
        'pass { recipe } for a checkpoint of another program',
    );
  }
  if (recipe === undefined || exported) {
    const { stream, encoder, trained, epoch, recipe: own } = parseEncoderFile(bytes, name);
    return {
      model: await modelOf({ encoders: [{ stream, encoder }], recipe: own, trained, epoch }),
    };
  }
  const found = encodersOfCheckpoint(bytes, name, checkRecipe(recipe));
  for (const text of found.notes) note(onEvent, `${name}: ${text}`);
  const { encoders, epoch = 0, classifier } = found;
  return { model: await modelOf({ encoders, recipe, trained: undefined, epoch }), own: classifier };
}

/** Whether the file contains the manifest of its run. */
function isExported(bytes: Uint8Array, name: string): boolean {
  return (
    whatIs(bytes)?.kind === 'safetensors' &&
    parseSafetensorsHeader(bytes, name).metadata['manifest'] !== undefined
  );
}
