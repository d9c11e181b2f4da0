import type { Reported, TableColumn, TablePlan } from '@halp/recipes';
import { labels, rowOf } from './rows.ts';

const source = 'Shah et al., CVPR 2023, as quoted in discussions of GFP';
const percentages = { 'NTU-60 xsub': [46.6, 72.6], 'NTU-60 xview': [48.7, 77.1] } as const;

const columns = (['ntu60-xsub', 'ntu60-xview'] as const).flatMap((benchmark) =>
  [0.01, 0.1].map((part): TableColumn => {
    const label = `${labels[benchmark]}, ${100 * part} %`;
    return { label, protocol: 'semi-supervised', labels: part, benchmark };
  }),
);

/** Fine-tuning with 1 and 10 % of the labels, plain random subsets, mean of 5 repeats. */
export const table: TablePlan = {
  name: 'paper-semi-supervised',
  title: 'Semi-supervised, BiGRU 3 × 1024, joint stream, top-1',
  seeds: [0],
  columns,
  rows: [
    {
      ...rowOf('HaLP', 'halp'),
      reported: Object.fromEntries(
        Object.values(percentages)
          .flat()
          .map((value, i): [string, Reported] => [
            (columns[i] as TableColumn).label,
            { value: value / 100, source },
          ]),
      ),
    },
  ],
};
