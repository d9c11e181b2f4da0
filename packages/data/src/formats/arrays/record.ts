import { type LayoutName, layoutNames } from '@halp/skeleton';
import {
  type Normalisation,
  normalisations,
  type Preparation,
  preparationValues,
} from '../../prepared/preparation.ts';
import type { DataSetRecord } from '../../record/record.ts';
import { labelsFromOption } from './labels-from.ts';
import { planArrays, readArrays } from './plan.ts';

/** What else the preparation of arrays can be given. */
interface ArraysOptions {
  readonly asName?: string | undefined;
  readonly labelsFrom?: number | undefined;
  readonly layout?: LayoutName | undefined;
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
    asName: { kind: 'name', text: 'what the prepared set is called' },
    labelsFrom: labelsFromOption,
    layout: { kind: 'choice', choices: layoutNames, text: 'their joints (default: kinect-v2)' },
    channels: {
      kind: 'choice',
      choices: preparationValues.channels,
      text: 'what the three numbers of a joint are (default: xyz; needed for joints of a detector)',
    },
    normalisation: {
      kind: 'choice',
      choices: normalisations,
      text: 'how coordinates were normalised (default: unknown)',
      advice: 'published sets have one normalisation',
    },
  },
  plan: (_, { asName: name = 'arrays', ...request }) => planArrays({ ...request, name }),
  read: readArrays,
  files: [],
};
