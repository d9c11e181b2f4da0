import type * as z from 'zod/mini';
import { recipeDifferences } from '@halp/train';
import { faultsIn } from '../check/check-recipe.ts';
import { type Fault, faultsOf, linesOf } from '../check/fault.ts';
import { requestSettings, settingsOfRequest } from '../check/request-settings.ts';
import { fineTunes } from '../recipe/protocol-request.ts';
import type { Recipe } from '../recipe/recipe.ts';
import {
  type Branch,
  isBranch,
  isFused,
  isRecipe,
  type TableColumn,
  type TablePlan,
  type TableRow,
  tableRun,
} from './table.ts';
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
  const faults = [
    ...own,
    ...ofRows,
    ...(own.length > 0 || ofRows.length > 0 ? [] : faultsBetween(table as TablePlan)),
  ];
  if (faults.length === 0) return table as TablePlan;
  const { name } = (table ?? {}) as { readonly name?: unknown };
  throw new RangeError(linesOf(faults, typeof name === 'string' ? `table ${name}` : 'table'));
}

/** Faults of rows and columns together; each is valid by itself. */
function faultsBetween({ rows, columns }: TablePlan): Fault[] {
  return [
    ...columnFaults(columns),
    ...repeatedLabels('rows', rows),
    ...repeatedLabels('columns', columns),
    ...comparisonFaults(rows),
    ...fusionFaults(rows),
    ...runFaults(rows),
    ...fineTuneFaults(rows, columns),
  ];
}

/** Labels that two rows or two columns have. */
function repeatedLabels(
  field: 'rows' | 'columns',
  items: readonly { readonly label: string }[],
): Fault[] {
  const labels = items.map(({ label }) => label);
  return labels.flatMap((label, i) =>
    labels.indexOf(label) === i
      ? []
      : [{ path: `${field}[${i}].label`, text: `expected each label once, got '${label}' again` }],
  );
}

/** Fused rows of labels that no other row has, or with another number of weights. */
function fusionFaults(rows: TablePlan['rows']): Fault[] {
  const labels = rows.filter((row) => !isFused(row)).map(({ label }) => label);
  return rows.flatMap((row, i) => {
    if (!isFused(row)) return [];
    const { fuse, weights } = row;
    const unknown = fuse.flatMap((part, j) =>
      labels.includes(part)
        ? []
        : [
            {
              path: `rows[${i}].fuse[${j}]`,
              text: `expected the label of a row that is not fused among ${labels.join('; ')}, got '${part}'`,
            },
          ],
    );
    if (weights === undefined || weights.length === fuse.length) return unknown;
    const text = `expected ${fuse.length} weights, one for each fused row, got ${weights.length}`;
    return [...unknown, { path: `rows[${i}].weights`, text }];
  });
}

/** Recipes of one name that are trained differently: a table has one run for each name and seed. */
function runFaults(rows: TablePlan['rows']): Fault[] {
  const trained = rows.flatMap((row, i) => (isFused(row) ? [] : runsOfRow(row, `rows[${i}]`)));
  return trained.flatMap(({ path, recipe, branch }) => {
    const first = trained.find((other) => other.recipe.name === recipe.name);
    if (first === undefined || first.path === path) return [];
    const differences = trainingDifferences(first.recipe, recipe);
    const [before, now] = [first.branch, branch].map(
      (each) => each && `${each.recipe.name} ${each.epoch}`,
    );
    if (before !== undefined && now !== undefined && before !== now) {
      differences.push(`branch: ${before} !== ${now}`);
    }
    if (differences.length === 0) return [];
    const text =
      `expected another name than '${recipe.name}', which ${first.path} has for another run, ` +
      `got a difference: ${differences[0]}`;
    return [{ path: `${path}.name`, text }];
  });
}

interface NamedRun {
  readonly path: string;
  readonly recipe: Recipe;
  readonly branch?: Branch | undefined;
}

function runsOfRow({ recipe, branch }: TableRow, place: string): NamedRun[] {
  const recipes = isRecipe(recipe) ? { '': recipe } : recipe;
  const branches = branch === undefined || isBranch(branch) ? { '': branch } : branch;
  const under = (field: string, key: string): string => `${place}.${field}${key && `.${key}`}`;
  return [
    ...Object.entries(recipes).map(([key, each]) => ({
      path: under('recipe', key),
      recipe: each,
      branch: branch === undefined || isBranch(branch) ? branch : branch[key],
    })),
    ...Object.entries(branches).flatMap(([key, each]) =>
      each === undefined ? [] : [{ path: `${under('branch', key)}.recipe`, recipe: each.recipe }],
    ),
  ];
}

/** The differences of two recipes that affect training; evaluation settings do not. */
function trainingDifferences(a: Recipe, b: Recipe): string[] {
  const [{ evaluation: _, ...left }, { evaluation: __, ...right }] = [a, b];
  return recipeDifferences(left, right);
}

/** Settings of columns that their protocols do not have. */
function columnFaults(columns: readonly TableColumn[]): Fault[] {
  return columns.flatMap((column, i) => {
    const known = settingsOfRequest(column.protocol);
    const unused = requestSettings.filter(
      (name) => column[name] !== undefined && !known.includes(name),
    );
    const { protocol } = column;
    const kind = typeof protocol === 'string' ? protocol : protocol.module;
    const text = `expected no such setting for the protocol ${kind}; leave it out`;
    return unused.map((name) => ({ path: `columns[${i}].${name}`, text }));
  });
}

/** Rows whose recipes cannot be evaluated in a column that fine-tunes. */
function fineTuneFaults(rows: TablePlan['rows'], columns: readonly TableColumn[]): Fault[] {
  const faults = rows.flatMap((row, i) =>
    columns.flatMap((column) => {
      const recipe =
        isFused(row) || !fineTunes(column.protocol) ? undefined : tableRun(row, column)?.recipe;
      if (isFused(row) || recipe === undefined) return [];
      const path = `rows[${i}].recipe${isRecipe(row.recipe) ? '' : `.${column.benchmark}`}`;
      const where = `for the column '${column.label}'`;
      const { stream, evaluation } = recipe;
      return [
        ...(evaluation.fineTune === undefined
          ? [{ path: `${path}.evaluation.fineTune`, text: `expected settings ${where}, got none` }]
          : []),
        ...(stream === '3s'
          ? [{ path: `${path}.stream`, text: `expected a single stream ${where}, got '3s'` }]
          : []),
      ];
    }),
  );
  // Several columns may lack the same field.
  return faults.filter(({ path }, i) => faults.findIndex((each) => each.path === path) === i);
}

/** Comparisons with rows that are not in the table. */
function comparisonFaults(rows: TablePlan['rows']): Fault[] {
  const labels = rows.map(({ label }) => label);
  return rows.flatMap(({ label, comparedWith }, i) => {
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
