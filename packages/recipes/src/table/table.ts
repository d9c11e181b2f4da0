import { expectObject } from '@halp/random/check';
import type { ProtocolKind, ProtocolModule, RequestSettings } from '../recipe/protocol-request.ts';
import type { Recipe } from '../recipe/recipe.ts';
import { reduced, reducedEpoch, type Reduction, smoke } from '../reduce.ts';

/** A table of results as plain data: models as rows, protocols as columns. */
export interface TablePlan {
  /** Short name, used for files. */
  readonly name: string;
  /** Title of the table, one line. */
  readonly title: string;
  /** The seeds; every row has one run for each. */
  readonly seeds: readonly number[];
  /** The protocols, left to right. */
  readonly columns: readonly TableColumn[];
  /** The models, top to bottom. */
  readonly rows: readonly (TableRow | FusedRow)[];
  /** Epochs between two kNN accuracies in the logs of the runs. Default: none are measured. */
  readonly knnEvery?: number;
  /** Epochs between two measurements of gradients in the logs of the runs. Default: none are measured. */
  readonly gradientEvery?: number;
  /** Notes for the reader, one sentence each. */
  readonly notes?: readonly string[];
}

/** A protocol of a table. */
export interface TableColumn extends RequestSettings {
  /** The heading. */
  readonly label: string;
  /** The protocol; settings that are not given here are those of the recipe. */
  readonly protocol: ProtocolKind | ProtocolModule;
  /** Selects the recipe of a row with one for each benchmark, such as `ntu60-xsub`. */
  readonly benchmark?: string;
  /** The data set of the evaluation, if it differs from that of training (transfer). */
  readonly on?: TransferTarget;
}

/** Target data set of a transfer. */
export interface TransferTarget {
  /** Name of the data set. */
  readonly data: string;
  /** The split. */
  readonly benchmark: string;
}

/** One value for all columns, or one for each benchmark of the columns. */
export type ByBenchmark<Value> = Value | Readonly<Record<string, Value>>;

/** A model of a table: a run at some epoch. */
export interface TableRow {
  /** Name of the row. */
  readonly label: string;
  /** The recipe, or one for each benchmark of the columns. */
  readonly recipe: ByBenchmark<Recipe>;
  /** Epochs of training after which the encoder is evaluated; 0 for the untrained one. Default: all of the recipe. */
  readonly epoch?: number;
  /** The run that it continues: some epochs of another recipe with the same seed. Default: none. */
  readonly branch?: ByBenchmark<Branch>;
  /** The label of a row to compare with, run by run of the same seed. Default: none. */
  readonly comparedWith?: string;
  /** Published numbers by column label. */
  readonly reported?: Readonly<Record<string, Reported>>;
}

/** Several rows of the same table, fused in `knn` and `linear` columns; their runs are trained separately. */
export interface FusedRow {
  /** Name of the row. */
  readonly label: string;
  /** The labels of the rows, at least two, such as those of joint, motion and bone. */
  readonly fuse: readonly string[];
  /** Weights of the rows, in their order. Default: equal. */
  readonly weights?: readonly number[];
  /** What is fused: the scores of separately evaluated runs, or features. Default: scores. */
  readonly level?: 'scores' | 'features';
  /** The label of a row to compare with, run by run of the same seed. Default: none. */
  readonly comparedWith?: string;
  /** Published numbers by column label. */
  readonly reported?: Readonly<Record<string, Reported>>;
}

/** Whether a row is fused from other rows. */
export function isFused(row: TableRow | FusedRow): row is FusedRow {
  return 'fuse' in row;
}

/**
 * The rows that a fused row combines, in its order.
 *
 * @throws RangeError if one of them is not a row of the table, or is itself fused.
 */
export function fusedRows({ name, rows }: TablePlan, { label, fuse }: FusedRow): TableRow[] {
  return fuse.map((part) => {
    const found = rows.find((row) => row.label === part);
    if (found !== undefined && !isFused(found)) return found;
    const labels = rows.filter((row) => !isFused(row)).map((row) => row.label);
    throw new RangeError(
      `table ${name}: expected '${label}' to be fused from rows among ${labels.join(', ')}, got '${part}'`,
    );
  });
}

/** A run that another one continues. */
export interface Branch {
  /** Recipe of the continued run. */
  readonly recipe: Recipe;
  /** Epochs after which it is continued. */
  readonly epoch: number;
}

/** A published number. */
export interface Reported {
  /** A fraction. */
  readonly value: number;
  /** Its source. */
  readonly source: string;
}

/** The run behind one cell of a table. */
export interface TableRun {
  /** The recipe. */
  readonly recipe: Recipe;
  /** Epochs after which it is evaluated. */
  readonly epoch: number;
  /** The run that it continues. Default: none. */
  readonly branch?: Branch | undefined;
}

/** The run behind a cell of a table; undefined if the row has no recipe for the column's benchmark. */
export function tableRun(row: TableRow, { benchmark }: TableColumn): TableRun | undefined {
  const recipe = chosen<Recipe>(row.recipe, benchmark, isRecipe);
  if (recipe === undefined) return undefined;
  const branch = row.branch && chosen<Branch>(row.branch, benchmark, isBranch);
  return { recipe, epoch: row.epoch ?? recipe.epochs, branch };
}

/**
 * The table with every recipe reduced by {@link reduced}, named `<name>-reduced`, with the reduction in its title, one seed
 * and no published numbers.
 */
export function reducedTable(table: TablePlan, by: Reduction = smoke): TablePlan {
  expectObject('reducedTable', table, 'a table');
  const small = (recipe: Recipe): Recipe => reduced(recipe, by);
  const at = (epoch: number, recipe: Recipe): number => reducedEpoch(epoch, recipe, by);
  const smallBranch = ({ recipe, epoch }: Branch): Branch => ({
    recipe: small(recipe),
    epoch: at(epoch, recipe),
  });
  return {
    ...table,
    name: `${table.name}-reduced`,
    title: `Reduced (at most ${by.epochs} epochs, encoders of at most width ${by.width}): ${table.title}`,
    seeds: table.seeds.slice(0, 1),
    rows: table.rows.map((whole) => {
      if (isFused(whole)) return withoutReported(whole);
      const row = withoutReported(whole);
      return {
        ...row,
        recipe: mapped<Recipe, Recipe>(row.recipe, isRecipe, small),
        ...(row.epoch !== undefined && { epoch: at(row.epoch, anyOf(row.recipe)) }),
        ...(row.branch && { branch: mapped<Branch, Branch>(row.branch, isBranch, smallBranch) }),
      };
    }),
  };
}

function withoutReported<Row extends TableRow | FusedRow>({
  reported: _,
  ...row
}: Row): Omit<Row, 'reported'> {
  return row;
}

function chosen<Value>(
  values: ByBenchmark<Value>,
  benchmark: string | undefined,
  isOne: (values: ByBenchmark<Value>) => values is Value,
): Value | undefined {
  if (isOne(values)) return values;
  const byName = values;
  return benchmark === undefined ? undefined : byName[benchmark];
}

function mapped<Value, Result>(
  values: ByBenchmark<Value>,
  isOne: (values: ByBenchmark<Value>) => values is Value,
  make: (value: Value) => Result,
): ByBenchmark<Result> {
  if (isOne(values)) return make(values);
  const entries = Object.entries(values);
  return Object.fromEntries(entries.map(([name, value]) => [name, make(value)]));
}

function anyOf(recipes: ByBenchmark<Recipe>): Recipe {
  return isRecipe(recipes) ? recipes : (Object.values(recipes)[0] as Recipe);
}

/** Whether the value is one recipe, not one for each benchmark. */
export function isRecipe(value: ByBenchmark<Recipe>): value is Recipe {
  return typeof value.name === 'string';
}

/** Whether the value is one branch, not one for each benchmark. */
export function isBranch(value: ByBenchmark<Branch>): value is Branch {
  return typeof value.epoch === 'number';
}
