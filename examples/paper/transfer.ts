import type { TableColumn, TablePlan } from '@halp/recipes';
import { rowOf } from './rows.ts';

const columns = (['ntu60-xsub', 'ntu120-xsub'] as const).map((benchmark): TableColumn => {
  const label = `${benchmark === 'ntu60-xsub' ? 'NTU-60' : 'NTU-120'} to PKU-MMD II`;
  return { label, protocol: 'fine-tune', benchmark, on: { data: 'pkummd2', benchmark: 'xsub' } };
});

/** Pretrained on NTU RGB+D, fine-tuned with all labels of PKU-MMD II. */
export const table: TablePlan = {
  name: 'paper-transfer',
  title: 'Transfer to PKU-MMD II xsub, BiGRU 3 × 1024, joint stream, top-1',
  seeds: [0],
  columns,
  rows: [rowOf('MoCo', 'moco'), rowOf('HaLP', 'halp')],
};
