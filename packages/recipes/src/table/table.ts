import { expectOptions } from '@halp/random/check';
import type { Recipe } from '../recipe/recipe.ts';
import { reduced, reducedEpoch, type Reduction, smoke } from '../reduce.ts';

/** What a table of results is made from, as plain data: rows of models, columns of protocols. */
export interface TablePlan {
  /** Short name, used for files. */
  readonly name: string;
  /** What the table shows, in one line. */
  readonly title: string;
  /** One run of every row for each of them. */
  readonly seeds: readonly number[];
  /** The protocols, left to right. */
  readonly columns: readonly TableColumn[];
  /** The models, top to bottom. */
  readonly rows: readonly (TableRow | FusedRow)[];
  /** Epochs between two kNN accuracies in the logs of the runs; never unless given. */
  readonly knnEvery?: number;
  /** What a reader must know to compare, one sentence each. */
  readonly notes?: readonly string[];
}

/** A protocol of a table. */
export interface TableColumn {
  /** The heading. */
  readonly label: string;
  /** How the encoder is evaluated; the settings are the recipe's. */
  readonly protocol: 'knn' | 'linear' | 'fine-tune' | 'semi-supervised' | 'retrieval';
  /** Part of the labels, for 'semi-supervised'. */
  readonly labels?: number;
  /** Which of a row's recipes, where it has several: a benchmark such as `ntu60-xsub`. */
  readonly benchmark?: string;
  /** The data set on which is evaluated, where it is not the one of training: transfer. */
  readonly on?: TransferTarget;
}

/** Where an encoder is taken. */
export interface TransferTarget {
  /** The data set's name. */
  readonly data: string;
  /** The split. */
  readonly benchmark: string;
}

/** One recipe for all columns, or one for each of the columns' benchmarks. */
export type ByBenchmark<Value> = Value | Readonly<Record<string, Value>>;

/** A model of a table: a run at some epoch. */
export interface TableRow {
  /** The name of the model. */
  readonly label: string;
  /** What is trained, by benchmark if columns differ in it. */
  readonly recipe: ByBenchmark<Recipe>;
  /** Epochs of training after which the encoder is evaluated, 0 for the untrained one; all of the recipe unless given. */
  readonly epoch?: number;
  /** Where the run begins, if not at its own beginning: after some epochs of another recipe, same seed. */
  readonly branch?: ByBenchmark<Branch>;
  /** Published numbers by column label. */
  readonly reported?: Readonly<Record<string, Reported>>;
}

/** Rows of the same table together: their runs are trained apart and fused in `knn` and `linear` columns. */
export interface FusedRow {
  /** The name of the model. */
  readonly label: string;
  /** The labels of the rows, at least two, such as those of joint, motion and bone. */
  readonly fuse: readonly string[];
  /** How much each counts, in their order; all alike unless given. */
  readonly weights?: readonly number[];
  /** What is fused: scores of runs evaluated apart, unless given, or features. */
  readonly level?: 'scores' | 'features';
  /** Published numbers by column label. */
  readonly reported?: Readonly<Record<string, Reported>>;
}

/** Whether a row is fused from others. */
export function isFused(row: TableRow | FusedRow): row is FusedRow {
  return 'fuse' in row;
}

/**
 * The rows that a fused row is made from, in its order.
 *
 * @throws RangeError if one of them is not a row of the table with runs of its own.
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
  /** The recipe of the run that is continued. */
  readonly recipe: Recipe;
  /** The epochs after which it is continued. */
  readonly epoch: number;
}

/** A number that others have measured. */
export interface Reported {
  /** A fraction. */
  readonly value: number;
  /** Where it was read. */
  readonly source: string;
}

/** What one place of a table needs. */
export interface TableRun {
  /** What is trained. */
  readonly recipe: Recipe;
  /** Epochs after which it is evaluated. */
  readonly epoch: number;
  /** Where it begins, if not at its own beginning. */
  readonly branch?: Branch;
}

/** The run behind a place of a table; undefined where the row has no recipe for the column's benchmark. */
export function tableRun(row: TableRow, { benchmark }: TableColumn): TableRun | undefined {
  const recipe = chosen<Recipe>(row.recipe, benchmark, isRecipe);
  if (recipe === undefined) return undefined;
  const branch = row.branch && chosen<Branch>(row.branch, benchmark, isBranch);
  const run = { recipe, epoch: row.epoch ?? recipe.epochs };
  return branch === undefined ? run : { ...run, branch };
}

/**
 * The table with every recipe made smaller by {@link reduced}, under the name `<name>-reduced`, one seed, without
 * published numbers beside them.
 */
export function reducedTable(table: TablePlan, by: Reduction = smoke): TablePlan {
  expectOptions('reducedTable', table, 'a table');
  const small = (recipe: Recipe): Recipe => reduced(recipe, by);
  const at = (epoch: number, recipe: Recipe): number => reducedEpoch(epoch, recipe, by);
  return {
    ...table,
    name: `${table.name}-reduced`,
    seeds: table.seeds.slice(0, 1),
    rows: table.rows.map((whole) => {
      if (isFused(whole)) return withoutReported(whole);
      const row = withoutReported(whole);
      return {
        ...row,
        recipe: mapped<Recipe, Recipe>(row.recipe, isRecipe, small),
        ...(row.epoch === undefined ? {} : { epoch: at(row.epoch, anyOf(row.recipe)) }),
        ...(row.branch === undefined
          ? {}
          : {
              branch: mapped<Branch, Branch>(row.branch, isBranch, ({ recipe, epoch }) => ({
                recipe: small(recipe),
                epoch: at(epoch, recipe),
              })),
            }),
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

/** Whether a row has one recipe, and not one for each benchmark. */
export function isRecipe(value: ByBenchmark<Recipe>): value is Recipe {
  return typeof value.name === 'string';
}

/** Whether a row has one branch, and not one for each benchmark. */
export function isBranch(value: ByBenchmark<Branch>): value is Branch {
  return typeof value.epoch === 'number';
}
