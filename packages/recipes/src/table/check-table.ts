import type * as z from 'zod/mini';
import { faultsIn } from '../check/check-recipe.ts';
import { type Fault, faultsOf, linesOf } from '../check/fault.ts';
import { type RequestSetting, settingsOfRequest } from '../recipe/protocol-request.ts';
import { isBranch, isFused, isRecipe, type TableColumn, type TablePlan } from './table.ts';
import { branchSchema, fusedRowSchema, rowSchema, tableSchema } from './table-schema.ts';

/**
 * The table itself, after checks: every field is known, present and of its type, and {@link checkRecipe} accepts every
 * recipe of its rows and branches.
 *
 * @param table - Any value.
 * @throws RangeError with one line for each fault: `table mine: rows[2].recipe.objective.queueSize: expected a positive
 * integer, got '64'`.
 */
export function checkTable(table: unknown): TablePlan {
  const own = faultsBy(tableSchema, table);
  const rows = (table as Partial<TablePlan> | null | undefined)?.rows;
  const ofRows = Array.isArray(rows)
    ? rows.flatMap((row, i) => below(`rows[${i}]`, rowFaults(row)))
    : [];
  const ofColumns = (table as TablePlan | undefined)?.columns;
  const faults = [
    ...own,
    ...ofRows,
    ...(own.length > 0 ? [] : [...columnFaults(ofColumns ?? []), ...comparisonFaults(rows)]),
  ];
  if (faults.length === 0) return table as TablePlan;
  const { name } = (table ?? {}) as { readonly name?: unknown };
  throw new RangeError(linesOf(faults, typeof name === 'string' ? `table ${name}` : 'table'));
}

/** Settings of columns that their protocols do not have. */
function columnFaults(columns: readonly TableColumn[]): Fault[] {
  const names: readonly RequestSetting[] = ['k', 'labels', 'balanced', 'repeats'];
  return columns.flatMap((column, i) => {
    const known = settingsOfRequest(column.protocol);
    const unused = names.filter((name) => column[name] !== undefined && !known.includes(name));
    const { protocol } = column;
    const kind = typeof protocol === 'string' ? protocol : protocol.module;
    const text = `expected no such setting for the protocol ${kind}; leave it out`;
    return unused.map((name) => ({ path: `columns[${i}].${name}`, text }));
  });
}

/** Comparisons with rows that are not in the table. */
function comparisonFaults(rows: TablePlan['rows'] | undefined): Fault[] {
  const labels = (rows ?? []).map(({ label }) => label);
  return (rows ?? []).flatMap(({ label, comparedWith }, i) => {
    if (comparedWith === undefined) return [];
    const others = labels.filter((other) => other !== label);
    if (others.includes(comparedWith)) return [];
    const text = `expected the label of another row among ${others.join('; ')}, got '${comparedWith}'`;
    return [{ path: `rows[${i}].comparedWith`, text }];
  });
}

function rowFaults(row: unknown): Fault[] {
  // If it is not an object, the schema of the table reports it.
  if (!isObject(row)) return [];
  if (isFused(row as never)) return faultsBy(fusedRowSchema, row);
  const { recipe, branch } = row;
  return [
    ...faultsBy(rowSchema, row),
    ...each('recipe', recipe, isRecipe, faultsIn),
    ...each('branch', branch, isBranch, (value) => [
      ...faultsBy(branchSchema, value),
      ...(isObject(value) && isObject(value['recipe'])
        ? below('recipe', faultsIn(value['recipe']))
        : []),
    ]),
  ];
}

/** The faults of one value, or of the values for all benchmarks. */
function each(
  field: string,
  values: unknown,
  isOne: (values: never) => boolean,
  faults: (value: unknown) => Fault[],
): Fault[] {
  if (!isObject(values)) return [];
  if (isOne(values as never)) return below(field, faults(values));
  return Object.entries(values).flatMap(([benchmark, value]) =>
    below(`${field}.${benchmark}`, faults(value)),
  );
}

function faultsBy(schema: z.ZodMiniType, value: unknown): Fault[] {
  const { error } = schema.safeParse(value);
  return error === undefined ? [] : faultsOf(error.issues, value);
}

function below(place: string, faults: readonly Fault[]): Fault[] {
  return faults.map(({ path, text }) => ({ path: path === '' ? place : `${place}.${path}`, text }));
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
