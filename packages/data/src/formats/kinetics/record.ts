import { kineticsPreparation } from '../../prepared/preparation.ts';
import type { DataSetRecord, NoOptions } from '../../record/record.ts';
import { hasKey } from '../../text/json-values.ts';
import { parseKinetics } from './clip-file.ts';
import { planKinetics, readKinetics } from './plan.ts';

/** Kinetics-skeleton. */
export const kinetics: DataSetRecord<'kinetics', NoOptions, 'one'> = {
  reader: 'kinetics',
  title: 'Kinetics-skeleton',
  sets: { kinetics: { benchmarks: { split: undefined } } },
  raw: 'one',
  options: {},
  plan: (_, { raw }) => planKinetics({ raw }),
  read: readKinetics,
  files: [
    {
      ending: '.json',
      format: 'Kinetics-skeleton',
      contents: { text: 'Kinetics-skeleton (data)', isIn: (json) => hasKey(json(), 'data') },
      read: (bytes, path) => ({
        ...{ layout: 'openpose-18', preparation: kineticsPreparation },
        clips: [{ clip: parseKinetics(bytes, path).clip }],
      }),
    },
  ],
};
