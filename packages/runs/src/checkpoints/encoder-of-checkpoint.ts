import { loadStateInto, mergeParams } from '@halp/nn';
import { createRandom } from '@halp/random';
import {
  buildEncoders,
  type EncodersOnly,
  type MakeEncoder,
  networkName,
  type Recipe,
} from '@halp/recipes';
import { countersNotes, withCounters } from './checkpoint-names.ts';
import { classifierOf, encoderOf, type Loaded, under } from './load-parts.ts';
import { namedForRecipe, readTensors } from './read-tensors.ts';

/** The encoders of a checkpoint of another program, and the classifier in place of its head. */
export interface CheckpointEncoders extends EncodersOnly {
  /** The number of epochs trained, if the file states it. */
  readonly epoch?: number | undefined;
  /** The linear classifier of its `fc`, if it has one. */
  readonly classifier?: Loaded['classifier'] | undefined;
  /** Assumptions about names and counters, one line each. */
  readonly notes: readonly string[];
}

/**
 * The encoders in the bytes of a PyTorch or safetensors file, with the rules of `halp import` for names.
 *
 * @param path - The file's name, for error messages.
 * @param make - The function that makes the encoder. Default: `buildEncoder`.
 * @throws FormatError if it is no such file, or lacks the encoders of the recipe; the message has the first differences.
 */
export function encodersOfCheckpoint(
  bytes: Uint8Array,
  path: string,
  recipe: Recipe,
  make?: MakeEncoder,
): CheckpointEncoders {
  const { tensors, epoch, prefix } = readTensors(bytes, path);
  const built = buildEncoders(recipe, createRandom(0), make);
  try {
    const variables = built.encoders.map(({ encoder }) =>
      mergeParams(encoder.params, encoder.buffers),
    );
    const wanted = Object.keys(variables[0] ?? {});
    const { tensors: state, notes } = namedForRecipe(tensors, wanted, recipe, path);
    let counters = 0;
    built.encoders.forEach(({ stream }, s) => {
      const own = variables[s] ?? {};
      const name = networkName('encoder_q', stream, built.encoders.length);
      const given = encoderOf(under(name, state));
      const { tensors: whole, added } = withCounters(given, Object.keys(own));
      counters += added;
      loadStateInto(own, whole, path);
    });
    const D = built.encoders[0]?.encoder.featureSize ?? 0;
    const classifier = classifierOf(under('encoder_q', state), D, path);
    const removed = prefix === '' ? [] : [`removed ${prefix.slice(0, -1)} from names`];
    return {
      ...built,
      epoch,
      classifier,
      notes: [...removed, ...notes, ...countersNotes(counters)],
    };
  } catch (error) {
    built.dispose();
    throw error;
  }
}
