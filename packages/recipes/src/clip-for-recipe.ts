import { normaliseClip, selectBodies, type Recording } from '@halp/data';
import { FormatError } from '@halp/files';
import {
  convertLayout,
  createClip,
  kinectV2,
  layoutOf,
  type Clip,
  type Layout,
} from '@halp/skeleton';
import type { Recipe } from './recipe.ts';

/**
 * A raw clip as the recipe's evaluation view takes it: joints mapped, persons added or left out, and coordinates as the
 * recipe has them: centred and upright, or as recorded without the frames in which nobody is.
 *
 * @param layout The joints of the clip; it is as its reader gives it, not normalised.
 * @param path The file's name, for error messages.
 * @throws FormatError if the recipe wants coordinates as recorded, and no frame has a person.
 * @throws RangeError if the joints cannot be mapped to the recipe's.
 */
export function clipForRecipe({ data }: Recipe, clip: Clip, layout: Layout, path: string): Clip {
  const own = layoutOf(data.layout);
  const mapped = convertLayout(firstChannels(clip), { from: layout, to: own, missing: 'parent' });
  const persons = withPersons(mapped, data.persons);
  if (data.axes === 'camera') return seenFrames(persons, path);
  return normaliseClip(persons, own, { fillTo: persons.shape[1] });
}

/**
 * A recording of Kinect v2 as the recipe's evaluation view takes it. Its persons are those who move most, or, where
 * coordinates are as recorded, the first ones of each frame.
 *
 * @param path The file's name, for error messages.
 * @throws FormatError if the recipe wants coordinates as recorded, and no frame has a person.
 */
export function recordingForRecipe(recipe: Recipe, recording: Recording, path: string): Clip {
  const { persons, axes } = recipe.data;
  const by = axes === 'camera' ? 'position' : 'energy';
  return clipForRecipe(recipe, selectBodies(recording, persons, { by }), kinectV2, path);
}

/** The frames in which the first person is there. */
function seenFrames(clip: Clip, path: string): Clip {
  const [C, T, V, M] = clip.shape;
  const seen = Array.from({ length: T }, (_, t) => t).filter((t) => clip.data[t * V * M] !== 0);
  if (seen.length === 0) throw new FormatError(path, 'expected a person in some frame, got none');
  if (seen.length === T) return clip;
  const result = createClip([C, seen.length, V, M]);
  for (let c = 0; c < C; c++) {
    seen.forEach((from, to) => {
      const frame = clip.data.subarray((c * T + from) * V * M, (c * T + from + 1) * V * M);
      result.data.set(frame, (c * seen.length + to) * V * M);
    });
  }
  return result;
}

/** Without a score beside the places. */
function firstChannels(clip: Clip): Clip {
  const [C, T, V, M] = clip.shape;
  return C <= 3 ? clip : createClip([3, T, V, M], clip.data.slice(0, 3 * T * V * M));
}

function withPersons(clip: Clip, persons: number): Clip {
  const [C, T, V, M] = clip.shape;
  if (M === persons) return clip;
  const result = createClip([C, T, V, persons]);
  for (let point = 0; point < C * T * V; point++) {
    for (let m = 0; m < Math.min(M, persons); m++) {
      result.data[point * persons + m] = clip.data[point * M + m] as number;
    }
  }
  return result;
}
