import type { DataSetRecord } from '../../record/record.ts';
import { planSynthetic, readSynthetic, writeSynthetic } from './plan.ts';
import { syntheticClasses } from './recording.ts';

/** What else the preparation of the synthetic data set can be given. */
interface SyntheticSetOptions {
  readonly seed?: number | undefined;
  readonly performers?: number | undefined;
  readonly replications?: number | undefined;
}

/** The synthetic data set; where a raw folder is named, its recordings are written there first. */
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
  rawText: 'where to write them first',
  options: {
    seed: { kind: 'integer', least: 0, text: 'which made-up clips (default: 0)' },
    performers: { kind: 'integer', least: 1, text: 'how many people (default: 10)' },
    replications: {
      kind: 'integer',
      least: 1,
      text: 'takes of each action by each of them (default: 2)',
    },
  },
  async plan(_, { raw, signal, ...options }) {
    if (raw === undefined) return planSynthetic(options);
    const files = await writeSynthetic({ ...options, out: raw, signal });
    const notes = [`${raw}: ${files.length} .skeleton files`];
    return { ...planSynthetic({ ...options, raw }), notes };
  },
  read: readSynthetic,
  isMadeUp: true,
  files: [],
};
