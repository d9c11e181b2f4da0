import { listedPreparation } from '../../prepared/preparation.ts';
import type { DataSetRecord } from '../../record/record.ts';
import { pkuClasses } from './classes.ts';
import { fakePku } from './fake.ts';
import { planPku, readPku } from './plan.ts';
import { parsePkuVideo } from './video.ts';

/** Options that only PKU-MMD has. */
interface PkuOptions {
  readonly labels?: string | undefined;
  readonly splits?: string | undefined;
}

/** PKU-MMD, parts I and II. */
export const pku: DataSetRecord<'pkummd1' | 'pkummd2', PkuOptions> = {
  reader: 'pku',
  title: 'PKU-MMD',
  sets: {
    pkummd1: { classes: pkuClasses, benchmarks: { xsub: undefined, xview: undefined } },
    pkummd2: {
      classes: pkuClasses,
      // The clips of CMD's and HaLP's authors.
      benchmarks: { xsub: { train: 5_339, test: 1_613 }, xview: undefined },
      fake: fakePku,
    },
  },
  raw: 'several',
  options: {
    labels: { kind: 'folder', text: 'folder of the label files (default: the raw folders)' },
    splits: { kind: 'folder', text: 'folder of the split files (default: the raw folders)' },
  },
  plan: (name, { raw, labels, splits }) =>
    planPku({ raw, labels, splits, phase: name === 'pkummd1' ? 1 : 2 }),
  read: readPku,
  files: [
    {
      ending: '.txt',
      format: 'PKU-MMD video',
      read: (bytes, path) => ({
        ...{ layout: 'kinect-v2', preparation: listedPreparation },
        clips: [{ clip: parsePkuVideo(bytes, path) }],
      }),
    },
  ],
};
