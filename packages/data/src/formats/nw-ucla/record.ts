import { keptPreparation } from '../../prepared/preparation.ts';
import type { DataSetRecord } from '../../record/record.ts';
import { hasKey } from '../../text/json-values.ts';
import { nwUclaClasses, nwUclaCounts, parseNwUcla } from './clip-file.ts';
import { planNwUcla, readNwUcla } from './plan.ts';

/** NW-UCLA. */
export const nwUcla: DataSetRecord<'nw-ucla'> = {
  reader: 'nw-ucla',
  title: 'NW-UCLA',
  sets: { 'nw-ucla': { classes: nwUclaClasses, benchmarks: { xview: nwUclaCounts } } },
  raw: 'several',
  options: {},
  plan: (_, { raw }) => planNwUcla({ raw }),
  read: readNwUcla,
  files: [
    {
      ending: '.json',
      format: 'NW-UCLA',
      contents: { text: 'NW-UCLA (skeletons)', isIn: (json) => hasKey(json(), 'skeletons') },
      read: (bytes, path) => ({
        ...{ layout: 'kinect-v1', preparation: keptPreparation },
        clips: [{ clip: parseNwUcla(bytes, path).clip }],
      }),
    },
  ],
};
