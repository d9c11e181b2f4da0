import type { Layout, LayoutName } from '@halp/skeleton';
import {
  type Normalisation,
  normalisations,
  type Preparation,
  preparationValues,
} from '../../prepared/preparation.ts';
import type { DataSetRecord } from '../../record/record.ts';
import { labelsFromOption } from './labels-from.ts';
import { planArrays, readArrays } from './plan.ts';

/** Options that only `arrays` has. */
interface ArraysOptions {
  readonly asName?: string | undefined;
  readonly labelsFrom?: number | undefined;
  readonly layout?: LayoutName | Layout | undefined;
  readonly channels?: Preparation['channels'] | undefined;
  readonly normalisation?: Normalisation | undefined;
}

/** Arrays of AGCN and CTR-GCN. */
export const arrays: DataSetRecord<'arrays', ArraysOptions> = {
  reader: 'arrays',
  title: 'arrays',
  sets: { arrays: { benchmarks: {} } },
  raw: 'several',
  rawText: '.npy or .npz',
  options: {
    asName: { kind: 'name', text: 'name of the prepared set' },
    labelsFrom: labelsFromOption,
    layout: {
      kind: 'layout',
      text: 'layout of the joints: a name, or the JSON file of your own (default: kinect-v2)',
    },
    channels: {
      kind: 'choice',
      choices: preparationValues.channels,
      text: 'meaning of the three numbers of a joint (default: xyz; required for layouts of 2-D detectors)',
    },
    normalisation: {
      kind: 'choice',
      choices: normalisations,
      text: 'how coordinates were normalised (default: unknown)',
      advice: 'published sets have one normalisation',
    },
  },
  plan: (_, { asName: name = 'arrays', signal: _signal, ...request }) =>
    planArrays({ ...request, name }),
  read: readArrays,
  files: [],
};
