import { join } from 'node:path';
import type { Branch, Recipe, TablePlan, TableRow } from '@halp/recipes';
import { openRun } from '@halp/train/node';
import { epochName, evaluate, type RunEvaluation } from './evaluate.ts';
import type { Output } from './output.ts';
import { pretrain } from './pretrain.ts';

/** Where a table's data are and where its runs go. */
export interface ReproduceOptions {
  /** The folder of the prepared data set. */
  readonly data: string;
  /** The folder of the runs, one for each recipe and seed. */
  readonly out: string;
  /** The seeds; the table's unless given. */
  readonly seeds?: readonly number[];
  /** Stops after the step in flight. */
  readonly signal?: AbortSignal;
}

/** The numbers of a table as measured: what a table is printed from. */
export interface MeasuredTable {
  /** The table's name. */
  readonly table: string;
  /** The seeds that were run. */
  readonly seeds: readonly number[];
  /** One for each row, in order. */
  readonly rows: readonly MeasuredRow[];
}

/** One row of a {@link MeasuredTable}. */
export interface MeasuredRow {
  /** The row's label. */
  readonly label: string;
  /** The accuracies by column label, one a seed, in the order of the seeds; fractions. */
  readonly measured: Readonly<Record<string, readonly number[]>>;
  /** The folder of each seed's run, inside the table's folder. */
  readonly runs: readonly string[];
}

/**
 * Trains or resumes what a table needs, evaluates what is missing, and returns its numbers.
 *
 * A run lives in `out/<recipe>-seed<seed>`. Runs that are complete are not trained again, and
 * evaluations that exist are not made again, so that an interrupted call goes on where it was.
 */
export async function reproduce(
  table: TablePlan,
  options: ReproduceOptions,
  output: Output,
): Promise<MeasuredTable> {
  const { seeds = table.seeds } = options;
  for (const seed of seeds) {
    for (const run of runsOf(table)) await trainRun(table, run, seed, options, output);
  }
  const rows: MeasuredRow[] = [];
  for (const row of table.rows) rows.push(await measureRow(table, row, seeds, options, output));
  return { table: table.name, seeds, rows };
}

/** A run that a table needs: to the last epoch of any row, with a checkpoint at each. */
interface RunPlan {
  readonly recipe: Recipe;
  readonly branch?: Branch;
  readonly epochs: number;
  readonly keep: readonly number[];
}

/** The runs of a table, each after the one that it branches from. */
export function runsOf(table: TablePlan): RunPlan[] {
  const wanted = table.rows.flatMap(({ recipe, epoch, branch }) => [
    ...(branch === undefined ? [] : [{ recipe: branch.recipe, epoch: branch.epoch }]),
    { recipe, epoch, branch },
  ]);
  const plans = new Map<string, RunPlan>();
  for (const { recipe, epoch, branch } of wanted as {
    recipe: Recipe;
    epoch: number;
    branch?: Branch;
  }[]) {
    const plan = plans.get(recipe.name);
    const keep = [...new Set([...(plan?.keep ?? []), epoch])].sort((a, b) => a - b);
    const from = branch ?? plan?.branch;
    plans.set(recipe.name, {
      recipe,
      epochs: keep.at(-1) as number,
      keep,
      ...(from === undefined ? {} : { branch: from }),
    });
  }
  return [...plans.values()];
}

/** The folder of a run inside the table's. */
function runName(recipe: Recipe, seed: number): string {
  return `${recipe.name}-seed${seed}`;
}

async function trainRun(
  { knnEvery }: TablePlan,
  { recipe, branch, epochs, keep }: RunPlan,
  seed: number,
  { data, out, signal }: ReproduceOptions,
  output: Output,
): Promise<void> {
  const folder = join(out, runName(recipe, seed));
  const existing = await openRun(folder).catch(() => undefined);
  if (existing !== undefined && (await existing.hasCheckpoint(epochs))) return;
  output.line(
    `${recipe.name}, seed ${seed}: ${existing === undefined ? 'training' : 'resuming'} to epoch ${epochs}`,
  );
  await pretrain(
    {
      ...{ recipe, data, out: folder, epochs, seed, keep },
      resume: existing !== undefined,
      ...(branch === undefined
        ? {}
        : { branch: { run: join(out, runName(branch.recipe, seed)), epoch: branch.epoch } }),
      ...(knnEvery === undefined ? {} : { knnEvery }),
      ...(signal === undefined ? {} : { signal }),
    },
    output,
  );
}

async function measureRow(
  table: TablePlan,
  row: TableRow,
  seeds: readonly number[],
  { data, out }: ReproduceOptions,
  output: Output,
): Promise<MeasuredRow> {
  const measured: Record<string, number[]> = {};
  const runs = seeds.map((seed) => runName(row.recipe, seed));
  for (const name of runs) {
    const run = join(out, name);
    const existing = await (await openRun(run)).evaluations();
    const missing = table.columns.filter(
      ({ protocol }) => !(`${epochName(row.epoch)}-${protocol}` in existing),
    );
    const protocols = missing.map(({ protocol }) => protocol);
    const made =
      protocols.length === 0
        ? []
        : await evaluate({ run, data, protocols, epoch: row.epoch }, output);
    for (const { label, protocol } of table.columns) {
      const evaluation =
        made.find((each) => each.protocol === protocol) ??
        (existing[`${epochName(row.epoch)}-${protocol}`] as RunEvaluation);
      (measured[label] ??= []).push(evaluation.accuracy);
    }
  }
  return { label: row.label, measured, runs };
}
