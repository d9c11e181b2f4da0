import {
  expectArray,
  expectFunction,
  expectInteger,
  expectObject,
  gotText,
} from '@halp/random/check';
import type { Layout } from '@halp/skeleton';
import { expectClip, expectLayout, madeFrom } from '@halp/skeleton/check';
import { allFinite } from '../clip/finite.ts';
import type { Dataset, Sample } from '../dataset/dataset.ts';
import { MAX_FRAMES } from '../formats/own/clip-size.ts';
import type { Part } from '../prepared/manifest.ts';
import { MAX_CLASSES } from '../prepared/max-classes.ts';
import { isName } from '../text/json-values.ts';

/** The members of a `Dataset` that `writeDataset` needs, and those that it uses if they are there. */
export interface ClipsToWrite
  extends
    Pick<Dataset, 'layout' | 'classes' | 'length'>,
    Partial<Pick<Dataset, 'name' | 'persons' | 'preparation' | 'labels' | 'names'>> {
  /**
   * The clip at `index`, `[3, T, V, M]`, with its label and name. Each clip is read once, in order.
   *
   * @param index - From 0 to `length - 1`.
   */
  get(index: number): Promise<Sample> | Sample;
}

/**
 * Refuses an object that is no data set, or one whose layout or classes a `dataset.json` cannot state.
 *
 * @throws TypeError or RangeError with the first problem.
 */
export function expectClipsToWrite(caller: string, part: Part, clips: ClipsToWrite): void {
  expectObject(caller, clips, `a data set as ${part}`);
  expectInteger(caller, `${part}.length`, clips.length, 0);
  expectFunction(caller, `a function ${part}.get`, (clips as { readonly get?: unknown }).get);
  const made = madeFrom(expectLayout(caller, clips.layout));
  if ('fault' in made) throw new RangeError(`${caller}: ${part}.layout.${made.fault}`);
  expectArray(caller, `${part}.classes to be a list of names`, clips.classes);
  const { classes } = clips;
  if (classes.length === 0 || classes.length > MAX_CLASSES) {
    throw new RangeError(
      `${caller}: expected 1 to ${MAX_CLASSES} names as ${part}.classes, got ${classes.length}`,
    );
  }
  const odd = classes.find((each) => !isName(each) || /\p{Cc}/u.test(each));
  if (odd !== undefined) {
    throw new RangeError(
      `${caller}: expected names without control characters as ${part}.classes, got ${gotText(odd)}`,
    );
  }
  if (clips.persons !== undefined) expectInteger(caller, `${part}.persons`, clips.persons, 1);
  if (clips.length === 0) throw new RangeError(`${caller}: expected clips in ${part}, got none`);
}

/** What every clip of a part has to fit. */
export interface Fitting {
  readonly caller: string;
  readonly part: Part;
  readonly clips: ClipsToWrite;
  readonly layout: Layout;
}

/**
 * The sample at an index, checked.
 *
 * @throws TypeError or RangeError that names part and clip if its numbers, label or name do not fit the data set.
 */
export async function sampleToWrite(
  { caller, part, clips, layout }: Fitting,
  index: number,
): Promise<Sample> {
  const sample = await clips.get(index);
  const place = `${caller}: ${part} clip ${index}`;
  expectObject(place, sample, 'a sample { clip, label, name }');
  const { clip, label, name } = sample;
  const refuse = (wanted: string, got: string): RangeError =>
    new RangeError(`${place}: expected ${wanted}, got ${got}`);
  if (!isName(name)) throw refuse('a name', gotText(name));
  expectClip(`${place} (${name})`, clip);
  const [C, T, V, M] = clip.shape;
  const joints = layout.joints.length;
  const most = clips.persons ?? Infinity;
  if (C !== 3 || V !== joints || M > most) {
    const persons = most === Infinity ? 'M' : `1 to ${most}`;
    const wanted = `[3, T, ${joints}, ${persons}] with the ${joints} joints of ${layout.name}`;
    throw refuse(wanted, `[${clip.shape.join(', ')}] (${name})`);
  }
  if (T > MAX_FRAMES) {
    throw refuse(`at most ${MAX_FRAMES} frames`, `${T} (${name}); cut it into clips`);
  }
  if (!allFinite(clip.data)) throw refuse('finite coordinates', `NaN or infinity (${name})`);
  const classes = clips.classes.length;
  if (!Number.isInteger(label) || label < 0 || label >= classes) {
    throw refuse(`a label in [0, ${classes})`, `${gotText(label)} (${name})`);
  }
  for (const key of ['subject', 'camera', 'setup'] as const) {
    const value = sample[key];
    if (value === undefined || Number.isSafeInteger(value)) continue;
    throw refuse(`an integer as ${key}`, `${gotText(value)} (${name})`);
  }
  const [listedLabel, listedName] = [clips.labels?.[index] ?? label, clips.names?.[index] ?? name];
  if (listedLabel !== label)
    throw refuse(`label ${listedLabel} as in labels`, `${label} (${name})`);
  if (listedName !== name)
    throw refuse(`the name ${gotText(listedName)} as in names`, gotText(name));
  return sample;
}
