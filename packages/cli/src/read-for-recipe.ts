import { readFile } from 'node:fs/promises';
import { basename, extname } from 'node:path';
import { normaliseClip, parseNtuSkeleton, selectBodies } from '@halp/data';
import { readClips } from '@halp/data/node';
import { FormatError } from '@halp/files';
import type { Recipe } from '@halp/recipes';
import { convertLayout, createClip, layoutOf, type Clip } from '@halp/skeleton';

/**
 * The clips of a file as the recipe's evaluation view takes them: joints mapped, persons added or left out, coordinates
 * as the recipe has them.
 *
 * @throws FormatError if the file is missing, of no known format, or refused by its reader.
 */
export async function readForRecipe(
  { data }: Recipe,
  file: string,
): Promise<readonly { readonly name: string; readonly clip: Clip }[]> {
  const layout = layoutOf(data.layout);
  if (data.axes === 'camera' && extname(file).toLowerCase() === '.skeleton') {
    const recording = parseNtuSkeleton(await readFile(file), file);
    const clip = seenFrames(selectBodies(recording, data.persons, { by: 'position' }), file);
    return [{ name: basename(file, '.skeleton'), clip }];
  }
  const raw = await readClips(file);
  return raw.clips.map(({ name, clip }) => {
    const own = layoutOf(raw.layout);
    const mapped = convertLayout(firstChannels(clip), { from: own, to: layout, missing: 'parent' });
    const persons = withPersons(mapped, data.persons);
    if (data.axes === 'camera') return { name, clip: seenFrames(persons, file) };
    return { name, clip: normaliseClip(persons, layout, { fillTo: persons.shape[1] }) };
  });
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
