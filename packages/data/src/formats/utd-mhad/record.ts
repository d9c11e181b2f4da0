import { keptPreparation } from '../../prepared/preparation.ts';
import type { DataSetRecord } from '../../record/record.ts';
import { parseUtdMhad, utdMhadClasses, utdMhadCounts } from './clip-file.ts';
import { planUtdMhad, readUtdMhad } from './plan.ts';

/** UTD-MHAD. */
export const utdMhad: DataSetRecord<'utd-mhad'> = {
  reader: 'utd-mhad',
  title: 'UTD-MHAD',
  sets: { 'utd-mhad': { classes: utdMhadClasses, benchmarks: { xsub: utdMhadCounts } } },
  raw: 'several',
  options: {},
  plan: (_, { raw }) => planUtdMhad({ raw }),
  read: readUtdMhad,
  files: [
    {
      ending: '.mat',
      format: 'UTD-MHAD',
      read: (bytes, path) => ({
        ...{ layout: 'kinect-v1', preparation: keptPreparation },
        clips: [{ clip: parseUtdMhad(bytes, path) }],
      }),
    },
  ],
};
