import { openNpy, openNpz } from '@halp/files/node';
import { expectOptions, type OptionNames } from '@halp/random/check';
import type { Layout } from '@halp/skeleton';
import { expectLayout } from '@halp/skeleton/check';
import { requireFinite } from '../../clip/finite.ts';
import type { Dataset } from '../../dataset/dataset.ts';
import type { OpenArraysOptions } from '../../dataset/source.ts';
import { readIntegers } from '../../disk/read-integers.ts';
import { requireFile } from '../../disk/system-error.ts';
import type { ClipFacts } from '../../prepared/clip-names.ts';
import type { Part } from '../../prepared/manifest.ts';
import { MAX_CLASSES } from '../../prepared/max-classes.ts';
import { clipFactsOf } from '../ntu/clip-facts.ts';
import { type ClipArray, clipArray, readArrayClip } from './clips.ts';
import {
  type ArrayLabels,
  classCount,
  numberedClasses,
  readLabels,
  requireLabels,
} from './labels.ts';
import { isNpz, npzClips, npzLabels } from './npz-part.ts';
import { arraysPreparation } from './preparation.ts';

const optionNames: OptionNames<OpenArraysOptions> = {
  data: true,
  labels: true,
  part: true,
  frames: true,
  layout: true,
  classes: true,
  name: true,
  normalisation: true,
  channels: true,
};

/**
 * A data set of plain arrays, read by position.
 *
 * @remarks The coordinates are not changed. Clips without names are named by their position. Subject, camera and setup are
 * taken from names in the form of NTU's.
 * @throws FormatError if a file is missing, or inconsistent with the others or the layout.
 * @throws RangeError if the labels, the part of a `.npz`, or the channels of a layout without a spine are missing.
 *
 * @example
 * ```ts
 * const train = await openArrays({ data: 'NTU60_CS.npz', part: 'train', layout: kinectV2 });
 * const test = await openArrays({
 *   data: 'xsub/val_data_joint.npy',
 *   labels: 'xsub/val_label.pkl',
 *   frames: 'xsub/val_num_frame.npy',
 *   layout: kinectV2,
 * });
 * ```
 */
export async function openArrays(options: OpenArraysOptions): Promise<Dataset> {
  expectOptions('openArrays', options, optionNames);
  const { name = 'arrays' } = options;
  const layout = expectLayout('openArrays', options.layout);
  const preparation = arraysPreparation('openArrays', layout, options);
  const { array, readKnown, close } = await openFiles({ ...options, layout });
  try {
    const known = await readKnown();
    const frames =
      options.frames === undefined
        ? undefined
        : await readIntegers(options.frames, array.clips, 1, array.frames);
    const { labels } = known;
    const facts = Array.from(labels, (_, i) => clipFactsOf(known.names?.[i] ?? `${name} ${i}`));
    return {
      name,
      layout,
      classes: options.classes ?? numberedClasses(classCount(known)),
      persons: array.persons,
      preparation,
      length: array.clips,
      labels,
      names: facts.map((fact) => fact.name),
      source: { kind: 'arrays', options },
      async get(index) {
        if (!Number.isInteger(index) || index < 0 || index >= array.clips) {
          throw new RangeError(`get: expected an index in [0, ${array.clips}), got ${index}`);
        }
        const clip = await readArrayClip(array, index, frames?.[index]);
        const fact = facts[index] as ClipFacts;
        requireFinite(clip, fact.name, array.path);
        return { clip, label: labels[index] as number, ...fact };
      },
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}

interface OpenFiles {
  readonly array: ClipArray;
  readonly readKnown: () => Promise<ArrayLabels>;
  readonly close: () => Promise<void>;
}

async function openFiles(
  options: OpenArraysOptions & { readonly layout: Layout },
): Promise<OpenFiles> {
  const { data: path, labels: labelPath, part, layout } = options;
  const max = (options.classes?.length ?? MAX_CLASSES) - 1;
  if (isNpz(path)) {
    if (part === undefined || labelPath !== undefined) {
      const got = part === undefined ? 'no part' : `labels ${labelPath}`;
      throw new RangeError(`openArrays: expected a part of ${path} and no labels, got ${got}`);
    }
    return openNpzFiles(path, part, layout, max);
  }
  if (labelPath === undefined)
    throw new RangeError(`openArrays: expected labels for ${path}, got none`);
  const file = await requireFile(path, openNpy(path));
  const close = (): Promise<void> => file.close();
  try {
    const array = clipArray(file, path, layout);
    return {
      array,
      readKnown: async () =>
        requireLabels(await readLabels(labelPath, array.clips, max), labelPath),
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}

async function openNpzFiles(
  path: string,
  part: Part,
  layout: Layout,
  max: number,
): Promise<OpenFiles> {
  const file = await requireFile(path, openNpz(path));
  const close = (): Promise<void> => file.close();
  try {
    const array = await npzClips(file, path, part, layout);
    return {
      array,
      readKnown: async () =>
        requireLabels(await npzLabels(file, path, part, array.clips, max), `${path}/y_${part}.npy`),
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}
