import {
  chosenPersons,
  convertedClip,
  looksLikeScores,
  ntuPreparation,
  preparedClip,
  type RawClip,
  type Recording,
} from '@halp/data';
import { FormatError } from '@halp/files';
import { type Clip, createClip, layoutOf } from '@halp/skeleton';
import type { Recipe } from '../recipe/recipe.ts';
import { type ClipChanges, conversionOf, rawPreparation } from './conversion.ts';
import { impliedPreparation, type TrainedOn } from './trained-on.ts';

/** A clip as an encoder's evaluation view takes it, and what was changed for that. */
export interface ClipForRecipe {
  /** `[3, T, V, M]`: the numbers that the same clip of a prepared set has. */
  readonly clip: Clip;
  /** What was changed after it was prepared. */
  readonly changes: ClipChanges;
}

/** Where a raw clip comes from, and what the encoder was trained on. */
export interface ClipForRecipeOptions {
  /** The file's name, for error messages. */
  readonly path: string;
  /** The set that the encoder was trained on. Default: what the recipe implies. */
  readonly trained?: TrainedOn | undefined;
}

/**
 * A raw clip as the recipe's evaluation view takes it: prepared as `halp prepare` prepares its format, with the
 * normalisation of the set that the encoder was trained on, then brought into the form of the recipe as
 * `datasetForRecipe` brings that set. The same clip of the prepared set gives the same numbers, bit for bit.
 *
 * @throws FormatError if frames without a person are removed, and no frame has one.
 * @throws RangeError if the clip cannot be brought into that form, or nobody says whether its third number is a score.
 */
export function clipForRecipe(
  recipe: Recipe,
  raw: RawClip,
  { path, trained }: ClipForRecipeOptions,
): ClipForRecipe {
  requireStated(recipe, raw, trained, path);
  const preparation = rawPreparation(recipe, raw.preparation, trained);
  const chosen = threeChannels(chosenPersons(raw, preparation.bodies), path);
  const persons = chosen.shape[3];
  const given = { name: path, layout: raw.layout, persons, preparation };
  const { form, changes } = conversionOf(recipe, given, trained);
  const layout = layoutOf(raw.layout);
  if (preparation.emptyFrames === 'removed') requireFirstPerson(chosen, path);
  const prepared = preparedClip(chosen, layout, preparation);
  const clip = convertedClip(prepared, layout, form);
  if (changes.persons === undefined) return { clip, changes };
  const { persons: _, ...rest } = changes;
  const present = presentPersons(prepared);
  // Slots of nobody are no persons.
  return {
    clip,
    changes:
      present === form.persons
        ? rest
        : {
            ...rest,
            persons: {
              ...{ from: present, to: form.persons },
              ...(present > form.persons ? { clipsCut: 1 } : {}),
            },
          },
  };
}

/**
 * A recording of Kinect v2 as the recipe's evaluation view takes it, see {@link clipForRecipe}.
 *
 * @throws FormatError, RangeError as {@link clipForRecipe}.
 */
export function recordingForRecipe(
  recipe: Recipe,
  recording: Recording,
  options: ClipForRecipeOptions,
): ClipForRecipe {
  return clipForRecipe(recipe, rawRecording(recording), options);
}

/** A recording of Kinect v2 as a raw clip. */
export function rawRecording(recording: Recording): RawClip {
  // Its persons are chosen when it is known how.
  const clip = createClip([3, recording.frames.length, recording.joints, 1]);
  return { clip, layout: 'kinect-v2', preparation: ntuPreparation, recording };
}

/** A bare file of a detector's joints whose third number can be a score: nothing is guessed. */
function requireStated(
  recipe: Recipe,
  raw: RawClip,
  trained: TrainedOn | undefined,
  path: string,
): void {
  const { channels } = trained?.preparation ?? impliedPreparation(recipe);
  if (raw.channelsStated !== false || !looksLikeScores(raw)) return;
  const wanted = channels === 'xy-score' ? 'x, y and a score' : 'x, y, z';
  throw new RangeError(
    `recipe ${recipe.name}: expected ${wanted} of each joint, got third numbers within [0, 1] in ${path}, ` +
      'which may be scores; say which they are with --channels xyz or --channels xy-score',
  );
}

function requireFirstPerson(clip: Clip, path: string): void {
  const [, T, V, M] = clip.shape;
  const seen = Array.from({ length: T }, (_, t) => clip.data[t * V * M]).some((x) => x !== 0);
  if (!seen) throw new FormatError(path, 'expected a person in some frame, got none');
}

/** Without what stands after the third channel. */
function threeChannels(clip: Clip, path: string): Clip {
  const [C, T, V, M] = clip.shape;
  if (C < 3) throw new RangeError(`clipForRecipe: expected 3 channels, got ${C} (${path})`);
  return C === 3 ? clip : createClip([3, T, V, M], clip.data.slice(0, 3 * T * V * M));
}

/** Persons up to the last who is there at all; at least 1. */
function presentPersons({ data, shape }: Clip): number {
  const M = shape[3];
  for (let m = M - 1; m > 0; m--) {
    if (data.some((value, i) => i % M === m && value !== 0)) return m + 1;
  }
  return 1;
}
