import { FormatError } from '@halp/files';
import type { DataSetRecord } from '../../record/record.ts';
import { labelsFromOption } from '../arrays/labels-from.ts';
import { parsePyskl, pysklClip } from './annotations.ts';
import { planPyskl, pysklPreparation, readPyskl } from './plan.ts';

/** Options that only `pyskl` has. */
interface PysklOptions {
  readonly asName?: string | undefined;
  readonly labelsFrom?: number | undefined;
}

/** The skeleton files of PYSKL and MMAction2. */
export const pyskl: DataSetRecord<'pyskl', PysklOptions> = {
  reader: 'pyskl',
  title: 'PYSKL',
  sets: { pyskl: { benchmarks: {} } },
  raw: 'several',
  rawText: 'a .pkl file',
  options: {
    asName: { kind: 'name', text: 'name of the prepared set' },
    labelsFrom: labelsFromOption,
  },
  plan: (_, { raw, asName, labelsFrom }) => planPyskl({ raw, name: asName, labelsFrom }),
  read: readPyskl,
  files: [
    {
      ending: '.pkl',
      format: 'PYSKL',
      read(bytes, path) {
        const { layout, annotations, problems } = parsePyskl(bytes, path);
        const [bad] = problems;
        if (bad !== undefined) throw new FormatError(path, bad.reason);
        const clips = annotations.map((annotation) => ({
          name: annotation.name,
          clip: pysklClip(annotation, path),
        }));
        return { layout, preparation: pysklPreparation(layout), clips };
      },
    },
  ],
};
