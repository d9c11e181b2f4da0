import type { DataSetRecord } from '../../record/record.ts';
import { planSynthetic, readSynthetic, writeSynthetic } from './plan.ts';
import { syntheticClasses } from './recording.ts';

/** Options that only the synthetic data set has. */
interface SyntheticSetOptions {
  readonly seed?: number | undefined;
  readonly performers?: number | undefined;
  readonly replications?: number | undefined;
}

/** The synthetic data set; with a raw folder, its recordings are first written there. */
export const synthetic: DataSetRecord<'synthetic', SyntheticSetOptions, 'optional'> = {
  reader: 'synthetic',
  title: 'synthetic',
  sets: {
    synthetic: {
      classes: syntheticClasses,
      benchmarks: { xsub: undefined, xview: undefined },
    },
  },
  raw: 'optional',
  rawText: 'where to write the recordings first',
  options: {
    seed: { kind: 'integer', min: 0, text: 'seed of the clips (default: 0)' },
    performers: { kind: 'integer', min: 1, text: 'number of performers (default: 10)' },
    replications: {
      kind: 'integer',
      min: 1,
      text: 'takes of each action by each performer (default: 2)',
    },
  },
  async plan(_, { raw, signal, ...options }) {
    if (raw === undefined) return planSynthetic(options);
    const files = await writeSynthetic({ ...options, out: raw, signal });
    const notes = [`${raw}: ${files.length} .skeleton files`];
    return { ...planSynthetic({ ...options, raw }), notes };
  },
  read: readSynthetic,
  isGenerated: true,
  files: [],
};
