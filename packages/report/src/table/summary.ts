import { expectArray, expectObject, expectText } from '@halp/random/check';
import type { ReportedEvaluation, ReportedProtocol, RunRecord } from '../run.ts';
import { runNames } from '../run.ts';
import type { Cell, Table } from './table.ts';

/**
 * The protocol of an evaluation as text, with all settings that change the meaning of its accuracy:
 * `kNN, k = 1` or `linear, fixed centre crops, last epoch`. Of a protocol without a text of its own, its name and settings.
 */
export function protocolText(evaluation: ReportedProtocol): string {
  const { protocol, settings, selection } = expectObject(
    'protocolText',
    evaluation,
    'an evaluation',
  );
  expectText('protocolText', 'an evaluation with a protocol', protocol);
  const selected = selection === null ? 'no selection' : selectionText(selection);
  switch (protocol) {
    case 'knn':
      return `kNN, k = ${String(settings['k'])}`;
    case 'linear': {
      const crops = String(settings['crops']).replaceAll('-', ' ');
      return `linear, ${crops} crops, ${selected}`;
    }
    case 'fine-tune':
      return `fine-tuned, ${selected}`;
    case 'semi-supervised': {
      const { fraction, balanced, repeats } = settings;
      const subsets = `${String(repeats)} ${balanced === true ? 'class-balanced' : 'plain'} subsets`;
      return `${Number(fraction) * 100} % of labels, ${subsets}, ${selected}`;
    }
    default: {
      const words = Object.entries(settings).map(([name, value]) => `${name} = ${String(value)}`);
      return [protocol, ...words].join(', ');
    }
  }
}

function selectionText(selection: NonNullable<ReportedProtocol['selection']>): string {
  switch (selection) {
    case 'last-epoch':
      return 'last epoch';
    case 'best-test-epoch':
      return 'best test epoch';
    case 'validation':
      return 'epoch chosen on held-out training clips';
  }
}

/** The meaning of an evaluation's accuracy, as text. */
export function meaningText(evaluation: ReportedEvaluation): string {
  return evaluation.meaning ?? protocolText(evaluation);
}

/** The row of 1-NN on coordinates. */
const BASELINE = 'baseline: 1-NN on coordinates';

/**
 * A table of accuracies: runs as rows (runs with the same name are the seeds of one row), protocols as columns.
 *
 * Untrained encoders come first, then 1-NN on coordinates if evaluations have it, then trained encoders. Reduced runs get
 * separate columns. A single run has the interval of its evaluation.
 */
export function summaryTable(runs: readonly RunRecord[], title: string): Table {
  expectArray('summaryTable', 'a list of runs', runs);
  expectText('summaryTable', 'a title', title);
  const columns = columnsOf(runs);
  const untrained = (name: string): boolean =>
    runs.every((run) => run.name !== name || run.log.length === 0);
  const names = runNames(runs);
  const first = names.filter(untrained);
  const trained = names.filter((name) => !untrained(name));
  const cellsOf = (name: string): Cell[] =>
    columns.map((column) =>
      summaryCell(
        evaluationsIn(
          column,
          runs.filter((run) => run.name === name),
        ),
        column,
      ),
    );
  const baselines = columns.map((column) => baselineCell(evaluationsIn(column, runs), column));
  const hasBaseline = baselines.some(({ measured }) => measured !== undefined);
  return {
    ...{ title, rowHead: 'run', columns: columns.map(({ protocol }) => protocol) },
    rows: [...first, ...(hasBaseline ? [BASELINE] : []), ...trained],
    cells: [...first.map(cellsOf), ...(hasBaseline ? [baselines] : []), ...trained.map(cellsOf)],
  };
}

function evaluationsIn(
  { protocol, reduced }: Column,
  runs: readonly RunRecord[],
): readonly ReportedEvaluation[] {
  return runs
    .filter((run) => run.reduced === reduced)
    .flatMap(({ evaluations }) => evaluations.filter((found) => meaningText(found) === protocol));
}

function summaryCell(
  found: readonly Pick<ReportedEvaluation, 'accuracy' | 'interval'>[],
  { reduced }: Column,
): Cell {
  const [one] = found;
  if (one === undefined) return { reason: 'not evaluated' };
  const { interval } = one;
  return {
    measured: found.map(({ accuracy }) => accuracy),
    ...(found.length === 1 && interval !== undefined && { interval }),
    ...(reduced !== undefined && { reduced }),
  };
}

/** The baseline of the evaluations of a column; none if they have different ones. */
function baselineCell(found: readonly ReportedEvaluation[], column: Column): Cell {
  const known = found.flatMap(({ coordinates }) => coordinates ?? []);
  const distinct = [...new Map(known.map((each) => [each.accuracy, each])).values()];
  if (distinct.length > 1) return { reason: 'different data or views' };
  return summaryCell(distinct, column);
}

interface Column {
  readonly protocol: string;
  readonly reduced: string | undefined;
}

function columnsOf(runs: readonly RunRecord[]): Column[] {
  const all = runs.flatMap(({ evaluations, reduced }) =>
    evaluations.map((evaluation) => ({ protocol: meaningText(evaluation), reduced })),
  );
  const key = ({ protocol, reduced }: Column): string => JSON.stringify([protocol, reduced]);
  return [...new Map(all.map((column) => [key(column), column])).values()];
}

/** A table of other results: runs as rows, measures as columns. */
export function othersTable(runs: readonly RunRecord[], title: string): Table {
  const names = runNames(runs);
  const columns = [...new Set(runs.flatMap(({ others = [] }) => others.map((o) => o.meaning)))];
  const cells = names.map((name) =>
    columns.map((column): Cell => {
      const own = runs.filter((run) => run.name === name);
      const found = own.flatMap(({ others = [], reduced }) =>
        others.flatMap(({ meaning, value }) => (meaning === column ? [{ value, reduced }] : [])),
      );
      if (found.length === 0) return { reason: 'not evaluated' };
      const measured = found.map(({ value }) => value);
      const reduced = found.find((each) => each.reduced !== undefined)?.reduced;
      return reduced === undefined ? { measured } : { measured, reduced };
    }),
  );
  return { title, rowHead: 'run', rows: names, columns, cells };
}
