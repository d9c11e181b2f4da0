import { type Bytes, FormatError, parseSafetensorsHeader, whatIs } from '@halp/files';
import { fileBytes } from '@halp/files/check';
import { expectOptions } from '@halp/random/check';
import {
  checkRecipe,
  type Classifier,
  parseClassifier,
  parseEncoderFile,
  type Recipe,
} from '@halp/recipes';
import { classNumbers } from '../checkpoints/class-numbers.ts';
import { encodersOfCheckpoint } from '../checkpoints/encoder-of-checkpoint.ts';
import { ignore, note, type Remark } from '../run/events.ts';
import {
  type ClassifierModel,
  type EncoderModel,
  modelOf,
  type OpenModel,
  withClassifier,
} from './model.ts';

/** What is known of the bytes of an encoder. */
export interface EncoderBytesOptions {
  /** The file's name, for messages. Default: `encoder`. */
  readonly name?: string | undefined;
  /**
   * What it is a checkpoint of, for a PyTorch or safetensors file of another program. Default: what the file says, which
   * `halp export --format safetensors` has written.
   */
  readonly recipe?: Recipe | undefined;
  /** Receives what is assumed of names. Default: none. */
  readonly onEvent?: ((event: Remark) => void) | undefined;
}

/** What is known of the bytes of an encoder, and its classifier. */
export interface ClassifierBytesOptions extends EncoderBytesOptions {
  /** The bytes of a classifier, such as `classifiers/*.safetensors` of a run. Default: that of the checkpoint. */
  readonly classifier?: Bytes | undefined;
  /**
   * The names of the classes of a checkpoint's own classifier, such as `ntuSets.ntu60.classes` of `@halp/data`. Default:
   * their numbers.
   */
  readonly classes?: readonly string[] | undefined;
}

/**
 * The encoder in bytes: of a file that `halp export --format safetensors` has written, or with a `recipe` of a PyTorch or
 * safetensors checkpoint of another program. Whoever calls disposes it.
 *
 * @throws FormatError if the bytes are neither, or do not fit the recipe.
 */
export async function encoderFromBytes(
  input: Bytes,
  options: EncoderBytesOptions = {},
): Promise<EncoderModel> {
  return (await opened('encoderFromBytes', input, options)).model;
}

/**
 * The encoder in bytes, as {@link encoderFromBytes}, with a linear classifier of its features: the bytes in `classifier`,
 * or the one that a checkpoint of another program has in place of its head. Whoever calls disposes it.
 *
 * @throws FormatError if there is no classifier, or it is of another number of features.
 * @throws RangeError if there are several streams, or not as many names as classes.
 */
export function classifierFromBytes(
  input: Bytes,
  options: ClassifierBytesOptions = {},
): Promise<ClassifierModel> {
  return classifierOfBytes('classifierFromBytes', input, options, (_, count) =>
    classNumbers(count),
  );
}

/** {@link classifierFromBytes} for another function, which its errors name and which knows more names of classes. */
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
        'expected a classifier in place of the head, got none; give { classifier }, the bytes of one',
      );
    }
    const count = own.bias.length;
    const names = classes ?? namesOf(model.recipe, count);
    if (names.length !== count) {
      throw new RangeError(`${caller}: expected ${count} names of classes, got ${names.length}`);
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
  const { name = 'encoder', recipe, onEvent = ignore } = expectOptions(caller, options);
  const exported = isExported(bytes, name);
  if (recipe === undefined && !exported) {
    throw new FormatError(
      name,
      `expected an encoder that halp export --format safetensors has written, got ${whatIs(bytes)?.what ?? 'something else'}; ` +
        'give { recipe } for a checkpoint of another program',
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

/** Whether the bytes bring the manifest of their run. */
function isExported(bytes: Uint8Array, name: string): boolean {
  return (
    whatIs(bytes)?.kind === 'safetensors' &&
    parseSafetensorsHeader(bytes, name).metadata['manifest'] !== undefined
  );
}
