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
import { expectOptions, type OptionNames } from '@halp/random/check';
import { type Clip, createClip, layoutOf } from '@halp/skeleton';
import type { Recipe } from '../recipe/recipe.ts';
import { type ClipChanges, conversionOf, rawPreparation } from './conversion.ts';
import { impliedPreparation, type TrainedOn } from './trained-on.ts';

/** A clip in the form of the encoder's evaluation view, with the changes made. */
export interface ClipForRecipe {
  /** `[3, T, V, M]`, equal to the same clip of the prepared set. */
  readonly clip: Clip;
  /** The changes after preparation. */
  readonly changes: ClipChanges;
}

/** Options of {@link clipForRecipe}. */
export interface ClipForRecipeOptions {
  /** The file's name, for error messages. */
  readonly path: string;
  /** The set that the encoder was trained on. Default: the one implied by the recipe. */
  readonly trained?: TrainedOn | undefined;
}

const optionNames: OptionNames<ClipForRecipeOptions> = { path: true, trained: true };

/**
 * A raw clip in the form of the recipe's evaluation view: prepared as by `halp prepare` for its format, with the
 * normalisation of the encoder's training set, then converted as by `datasetForRecipe`. The same clip of the prepared set
 * has the same numbers, bit for bit.
 *
 * @throws FormatError if frames without a person are removed and no frame has a person.
 * @throws RangeError if the clip cannot be converted into that form, or if it is unknown whether its third number is a score.
 */
export function clipForRecipe(
  recipe: Recipe,
  raw: RawClip,
  options: ClipForRecipeOptions,
): ClipForRecipe {
  const { path, trained } = expectOptions('clipForRecipe', options, optionNames);
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
  // Empty person slots do not count.
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
 * A Kinect v2 recording in the form of the recipe's evaluation view, see {@link clipForRecipe}.
 *
 * @throws FormatError, RangeError - as {@link clipForRecipe}.
 */
export function recordingForRecipe(
  recipe: Recipe,
  recording: Recording,
  options: ClipForRecipeOptions,
): ClipForRecipe {
  return clipForRecipe(recipe, rawRecording(recording), options);
}

/** A Kinect v2 recording as a raw clip. */
export function rawRecording(recording: Recording): RawClip {
  // The persons are selected later, by the preparation of the training set.
  const clip = createClip([3, recording.frames.length, recording.joints, 1]);
  return { clip, layout: 'kinect-v2', preparation: ntuPreparation, recording };
}

/** Refuses a detector's file whose third number may be a score: this is never guessed. */
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
      'which may be scores; say which they are with option channels = xyz or xy-score',
  );
}

function requireFirstPerson(clip: Clip, path: string): void {
  const [, T, V, M] = clip.shape;
  const seen = Array.from({ length: T }, (_, t) => clip.data[t * V * M]).some((x) => x !== 0);
  if (!seen) throw new FormatError(path, 'expected a person in some frame, got none');
}

/** The first three channels. */
function threeChannels(clip: Clip, path: string): Clip {
  const [C, T, V, M] = clip.shape;
  if (C < 3) throw new RangeError(`clipForRecipe: expected 3 channels, got ${C} (${path})`);
  return C === 3 ? clip : createClip([3, T, V, M], clip.data.slice(0, 3 * T * V * M));
}

/** Person slots up to the last one that is not empty; at least 1. */
function presentPersons({ data, shape }: Clip): number {
  const M = shape[3];
  for (let m = M - 1; m > 0; m--) {
    if (data.some((value, i) => i % M === m && value !== 0)) return m + 1;
  }
  return 1;
}
