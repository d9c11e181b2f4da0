import { expectOptions, expectPositiveIntegers, type OptionNames } from '@halp/random/check';
import {
  type Clip,
  convertLayout,
  createClip,
  type Layout,
  type LayoutName,
  layoutOf,
  sameLayout,
} from '@halp/skeleton';
import { expectClip, expectLayout } from '@halp/skeleton/check';
import { withPersons } from '../clip/persons.ts';
import { preparedClip } from '../prepared/prepared-clip.ts';
import type { ClipForm } from './clip-form.ts';
import type { Dataset } from './dataset.ts';
import { expectDataset } from './expect-dataset.ts';

/**
 * A prepared clip in another form, `[3, T, V, M]`; the clip itself if it already has that form.
 *
 * 1. Joints are mapped by `convertLayout` of `@halp/skeleton`: a joint that the clip lacks gets the position of its nearest
 *    known parent, so that its bone has length 0.
 * 2. The normalisation of `form.again` is applied.
 * 3. Surplus persons are dropped, missing ones are empty.
 * 4. The axes are turned; an empty joint stays +0.
 *
 * @param layout - The layout of the clip.
 * @throws RangeError if the clip has other joints than `layout`, or the layouts do not have the same root joint.
 */
export function convertedClip(clip: Clip, layout: Layout | LayoutName, form: ClipForm): Clip {
  expectClip('convertedClip', clip);
  const from = expectLayout('convertedClip', layout);
  expectForm('convertedClip', form);
  const to = layoutOf(form.layout);
  const mapped = sameLayout(from, to) ? clip : convertLayout(clip, { from, to, missing: 'parent' });
  const normalised =
    form.again === undefined
      ? mapped
      : preparedClip(mapped, to, { normalisation: form.again, emptyFrames: 'kept' });
  const persons = withPersons(normalised, form.persons);
  return form.turned ? seenByCamera(persons) : persons;
}

/**
 * A data set of the same clips in another form, see {@link convertedClip}. It shares the files of the original and closes
 * them; worker threads can open it if they can open the original.
 *
 * @returns The data set itself if it already has this form.
 * @throws RangeError if the layouts do not have the same root joint.
 */
export function convertedDataset(dataset: Dataset, form: ClipForm): Dataset {
  expectDataset('convertedDataset', dataset);
  expectForm('convertedDataset', form);
  const { layout, persons, preparation, source, ...rest } = dataset;
  const isSame = sameLayout(layout, form.layout) && persons === form.persons;
  if (isSame && !form.turned && form.again === undefined) return dataset;
  // An empty clip fails now if every clip would fail later.
  convertedClip(createClip([3, 1, layout.joints.length, persons]), layout, form);
  return {
    ...rest,
    layout: layoutOf(form.layout),
    persons: form.persons,
    preparation: preparation && form.turned ? { ...preparation, up: 'y' } : preparation,
    source: source && { kind: 'converted', source, form },
    async get(index) {
      const sample = await dataset.get(index);
      return { ...sample, clip: convertedClip(sample.clip, layout, form) };
    },
    close: () => dataset.close(),
  };
}

function seenByCamera({ data, shape }: Clip): Clip {
  const channel = data.length / 3;
  const turned = new Float32Array(data.length);
  turned.set(data.subarray(0, channel));
  turned.set(data.subarray(2 * channel), channel);
  // 0 - 0 is 0, while -0 would mark an empty joint with a sign.
  for (let i = 0; i < channel; i++) turned[2 * channel + i] = 0 - (data[channel + i] as number);
  return createClip(shape, turned);
}

const formNames: OptionNames<ClipForm> = { layout: true, persons: true, again: true, turned: true };

function expectForm(caller: string, form: ClipForm): void {
  const { layout, persons } = expectOptions(caller, form, formNames, 'a form');
  expectLayout(caller, layout);
  expectPositiveIntegers(caller, { persons });
}
