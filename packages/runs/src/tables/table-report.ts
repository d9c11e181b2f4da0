import { join } from 'node:path';
import { expectObject, expectText } from '@halp/random/check';
import { isFused, type TablePlan } from '@halp/recipes';
import {
  type Cell,
  type Comparison,
  renderReport,
  type RunRecord,
  type Table,
  tableToMarkdown,
  tableToText,
} from '@halp/report';
import { openRun } from '@halp/train/node';
import { keptCoordinates } from '../evaluate/coordinates.ts';
import { resultsOf } from '../evaluate/results.ts';
import { writeOut } from '../run/out-path.ts';
import { recipeOfRun } from '../run/recipe-of-run.ts';
import type { MeasuredTable } from './reproduce.ts';

function expectMeasured(caller: string, plan: TablePlan, measured: MeasuredTable): void {
  expectObject(caller, plan, 'a table');
  expectObject(caller, measured, 'the result of reproduce');
}

/** A table for printing, with the reported and the measured values. */
export function tableOf(plan: TablePlan, measured: MeasuredTable): Table {
  expectMeasured('tableOf', plan, measured);
  return {
    title: plan.title,
    rows: plan.rows.map(({ label }) => label),
    columns: plan.columns.map(({ label }) => label),
    comparisons: comparisonsOf(plan),
    cells: plan.rows.map(({ reported }, row) =>
      plan.columns.map(({ label }): Cell => {
        const published = reported?.[label];
        const { values = [], reason, reduced } = measured.rows[row]?.cells[label] ?? {};
        return {
          measured: values,
          reason,
          reduced,
          reported: published,
        };
      }),
    ),
  };
}

/** The rows of a plan that are compared with another one, by index. */
function comparisonsOf({ rows }: TablePlan): Comparison[] {
  return rows.flatMap(({ comparedWith }, row) =>
    comparedWith === undefined
      ? []
      : [{ row, baseline: rows.findIndex(({ label }) => label === comparedWith) }],
  );
}

/** The notes below a table: those of the plan, how rows are fused, and the precision. */
function notesOf({ rows, notes = [] }: TablePlan, { precision }: MeasuredTable): string[] {
  const fused = rows.filter(isFused).map(({ label, fuse, weights, level = 'scores' }) => {
    const weighed = weights === undefined ? 'equal weights' : `weights ${weights.join(', ')}`;
    return `${label}: ${fuse.join(' + ')}, trained separately, ${level} fused with ${weighed}.`;
  });
  const rounded = precision === undefined ? [] : [`GRU products in ${precision}.`];
  return [...notes, ...fused, ...rounded];
}

/** The table as text, with its notes. */
export function tableText(plan: TablePlan, measured: MeasuredTable): string {
  expectMeasured('tableText', plan, measured);
  return [tableToText(tableOf(plan, measured)), ...notesOf(plan, measured)].join('\n');
}

/** Writes `<table>.json`, `<table>.md` and `report.html` into `out`, and returns a line that describes them. */
export async function writeTableReport(
  plan: TablePlan,
  measured: MeasuredTable,
  out: string,
): Promise<string> {
  expectMeasured('writeTableReport', plan, measured);
  expectText('writeTableReport', 'out to be a path', out);
  const table = tableOf(plan, measured);
  const cells = measured.rows.flatMap((row) => Object.values(row.cells));
  const folders = new Set(cells.flatMap(({ runs }) => runs.map((run) => join(out, run))));
  const notes = [...notesOf(plan, measured), ...(await keptCoordinates([...folders]))];
  const html = join(out, 'report.html');
  await writeOut(join(out, `${plan.name}.json`), `${JSON.stringify(measured, null, 2)}\n`);
  await writeOut(
    join(out, `${plan.name}.md`),
    `${[tableToMarkdown(table), ...notes].join('\n\n')}\n`,
  );
  const runs = await runRecords(plan, measured, out);
  await writeOut(
    html,
    await renderReport({
      title: plan.title,
      description: notes.length === 0 ? undefined : notes.join(' '),
      runs,
      // Without published values and comparisons the report's own table has the same content.
      tables: plan.rows.some(
        ({ reported, comparedWith }) => reported !== undefined || comparedWith !== undefined,
      )
        ? [table]
        : [],
    }),
  );
  return `${html}: training curves, confusion matrices and manifests of all runs`;
}

/** The runs of a table as records of a report: the log up to the row's epoch, and the evaluations of its cells. */
async function runRecords(
  plan: TablePlan,
  measured: MeasuredTable,
  out: string,
): Promise<RunRecord[]> {
  const records: RunRecord[] = [];
  for (const [index, row] of plan.rows.entries()) {
    // A fused row uses the runs of other rows.
    if (isFused(row)) continue;
    const cells = Object.values(measured.rows[index]?.cells ?? {});
    for (const path of new Set(cells.flatMap(({ runs }) => runs))) {
      const run = await openRun(join(out, path));
      const results = await resultsOf(run);
      const own = cells.filter(({ runs }) => runs.includes(path));
      const { epochs } = recipeOfRun(run);
      const reduced = own.find((cell) => cell.reduced !== undefined)?.reduced;
      const found = own.flatMap(({ runs, evaluations = [] }) =>
        results.filter(({ name }) => name === evaluations[runs.indexOf(path)]),
      );
      records.push({
        name: row.label,
        manifest: { ...run.manifest },
        log: run.log.filter(({ epoch }) => epoch < (row.epoch ?? epochs)),
        evaluations: found.flatMap(({ evaluation, text }) =>
          evaluation === undefined ? [] : [{ ...evaluation, meaning: text }],
        ),
        others: found.flatMap(({ evaluation, text, value }) =>
          evaluation === undefined ? [{ meaning: text, value }] : [],
        ),
        reduced,
      });
    }
  }
  return records;
}
