import {
  type Branch,
  type PaperBenchmark,
  paperBenchmarks,
  type PaperMethod,
  paperRecipe,
  type Reported,
  type TableColumn,
  type TableRow,
} from '@halp/recipes';

/** Column labels of the paper's benchmarks. */
export const labels: Readonly<Record<PaperBenchmark, string>> = {
  'ntu60-xsub': 'NTU-60 xsub',
  'ntu60-xview': 'NTU-60 xview',
  'ntu120-xsub': 'NTU-120 xsub',
  'ntu120-xset': 'NTU-120 xset',
  'pkummd2-xsub': 'PKU-MMD II xsub',
};

/** One column for each benchmark. */
export function columnsOf(
  protocol: TableColumn['protocol'],
  benchmarks: readonly PaperBenchmark[] = paperBenchmarks,
): TableColumn[] {
  return benchmarks.map((benchmark) => ({ label: labels[benchmark], protocol, benchmark }));
}

/**
 * The row of a method on every benchmark. A method with HaLP continues the run of the method without it, from the epoch
 * at which the HaLP term starts.
 */
export function rowOf(
  label: string,
  method: PaperMethod,
  stream: 'joint' | 'motion' | 'bone' = 'joint',
): TableRow {
  const recipe = byBenchmark((benchmark) => paperRecipe(benchmark, method, stream));
  if (method === 'moco' || method === 'cmd') return { label, recipe };
  const without = method === 'halp' ? 'moco' : 'cmd';
  const branch = byBenchmark((benchmark): Branch => {
    const { objective } = recipe[benchmark];
    const epoch = 'fromEpoch' in objective ? objective.fromEpoch : 0;
    return { recipe: paperRecipe(benchmark, without, stream), epoch };
  });
  return { label, recipe, branch };
}

/** Published percentages by column label, in the order of the benchmarks. */
export function published(
  source: string,
  percentages: readonly (number | undefined)[],
): Record<string, Reported> {
  return Object.fromEntries(
    paperBenchmarks.flatMap((benchmark, i) => {
      const value = percentages[i];
      return value === undefined ? [] : [[labels[benchmark], { value: value / 100, source }]];
    }),
  );
}

function byBenchmark<Value>(
  make: (benchmark: PaperBenchmark) => Value,
): Record<PaperBenchmark, Value> {
  const entries = paperBenchmarks.map((benchmark) => [benchmark, make(benchmark)] as const);
  return Object.fromEntries(entries) as Record<PaperBenchmark, Value>;
}
