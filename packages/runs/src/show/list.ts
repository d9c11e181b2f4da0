import { access, readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { type LockHolder, lockHolder } from '@halp/files/node';
import { expectArray } from '@halp/random/check';
import { openRun, RUN_LOCK, type RunFolder } from '@halp/train/node';
import { byProtocol, lastResults, resultsOf, type RunResult } from '../evaluate/results.ts';
import { present } from '../run/read-input.ts';
import { collapseWarning } from '../train/watch-representation.ts';

/**
 * Whether a run is trained now, has the epochs that were last asked for, stopped before them, or is an imported checkpoint
 * that has not been trained here.
 */
export type RunState = 'training' | 'complete' | 'interrupted' | 'imported';

/** A result of a run, and what it means. */
export type RunAccuracy = Pick<RunResult, 'protocol' | 'text' | 'epoch' | 'on'> & {
  /** A fraction. */
  readonly accuracy: number;
};

/** What is known of a run at a glance. */
export interface RunStatus {
  /** Its folder. */
  readonly path: string;
  /** The recipe's name. */
  readonly recipe: string;
  /** Its seed. */
  readonly seed: number;
  /** Epochs that it is trained, those before its beginning included. */
  readonly epoch: number;
  /** Epochs that were last asked for; undefined where the manifest does not say. */
  readonly epochs?: number | undefined;
  /** Epochs of its recipe, where fewer or more were asked for. */
  readonly recipeEpochs?: number | undefined;
  /** Mean losses of the last epoch. */
  readonly losses: Readonly<Record<string, number>>;
  /** The last result of each meaning, of the log or of an evaluation. */
  readonly accuracies: readonly RunAccuracy[];
  /** Every saved result, also those of earlier epochs. */
  readonly results: readonly RunAccuracy[];
  /** That its embeddings have collapsed, and what to do. */
  readonly warning?: string | undefined;
  /** What it does now. */
  readonly state: RunState;
  /** The process that trains it. */
  readonly process?: LockHolder | undefined;
  /** When its manifest or log last changed, ISO 8601. */
  readonly changedAt: string;
}

/** A folder that looks like a run and cannot be read. */
export interface BrokenRun {
  /** The folder. */
  readonly path: string;
  /** What is wrong with it. */
  readonly problem: string;
}

/** The runs found below some folders. */
export interface FoundRuns {
  /** Those that can be read, by path. */
  readonly runs: readonly RunStatus[];
  /** Those that cannot. */
  readonly broken: readonly BrokenRun[];
}

/**
 * The run folders at or below `folders`, each once, ordered by path; hidden folders, `node_modules`
 * and links are not entered.
 *
 * @throws FormatError if there is no such folder; Error as the file system reports it, if one cannot be read.
 */
export async function findRuns(folders: readonly string[]): Promise<string[]> {
  const found = await Promise.all(folders.map(runsBelow));
  const collator = new Intl.Collator('en', { numeric: true });
  return [...new Set(found.flat())].sort(collator.compare);
}

/** How the runs at or below `folders` stand; reads only, also while they are trained. */
export async function runStatuses(folders: readonly string[]): Promise<FoundRuns> {
  expectArray('runStatuses', 'a list of folders', folders);
  const runs: RunStatus[] = [];
  const broken: BrokenRun[] = [];
  for (const path of await findRuns(folders)) {
    try {
      runs.push(await statusOf(await openRun(path)));
    } catch (error) {
      broken.push({ path, problem: error instanceof Error ? error.message : String(error) });
    }
  }
  return { runs, broken };
}

/** How a run stands. */
export async function statusOf(run: RunFolder): Promise<RunStatus> {
  const { path, manifest, log } = run;
  const last = log.at(-1);
  const epoch = last === undefined ? await firstEpoch(run) : last.epoch + 1;
  const recipeEpochs = epochsOf(manifest.recipe);
  const epochs = manifest.epochs ?? recipeEpochs;
  const holder = await lockHolder(join(path, RUN_LOCK));
  const warning = await collapseWarning(run);
  const results = await resultsOf(run);
  return {
    ...{ path, recipe: manifest.name, seed: manifest.seed, epoch },
    epochs,
    recipeEpochs: recipeEpochs === epochs ? undefined : recipeEpochs,
    losses: last?.losses ?? {},
    accuracies: accuraciesOf(run, byProtocol(lastResults(results))),
    results: results.map(accuracyOf),
    state: stateOf(run, epoch, epochs, holder !== undefined),
    warning,
    process: holder && { pid: holder.pid, host: holder.host },
    changedAt: (await lastChange(path)).toISOString(),
  };
}

function stateOf(
  { manifest, log }: RunFolder,
  epoch: number,
  epochs: number | undefined,
  isTraining: boolean,
): RunState {
  if (isTraining) return 'training';
  const isUntouched = manifest.importedFrom !== undefined && manifest.epochs === undefined;
  if (isUntouched && log.length === 0) return 'imported';
  return epochs !== undefined && epoch >= epochs ? 'complete' : 'interrupted';
}

/** The epochs of a run that has trained none here: those of what it began from. */
async function firstEpoch(run: RunFolder): Promise<number> {
  const { branchedFrom, importedFrom } = run.manifest;
  if (importedFrom === undefined) return branchedFrom?.epoch ?? 0;
  // Imports of an older form state no epoch; their checkpoint does.
  return importedFrom.epoch ?? (await run.checkpoints()).at(-1)?.epoch ?? 0;
}

const accuracyOf = ({ protocol, text, value, epoch, on }: RunResult): RunAccuracy => ({
  ...{ protocol, text, accuracy: value, epoch },
  on,
});

/** The last results, with the kNN accuracy of the log where that is newer. */
function accuraciesOf({ log, manifest }: RunFolder, last: readonly RunResult[]): RunAccuracy[] {
  const evaluated = last.map(accuracyOf);
  const logged = log.findLast(({ metrics }) => Number.isFinite(metrics['knn']));
  if (logged === undefined) return evaluated;
  const text = `kNN, k = ${String(kOf(manifest.recipe))}`;
  const epoch = logged.epoch + 1;
  const same = evaluated.find((each) => each.text === text);
  if (same !== undefined && same.epoch >= epoch) return evaluated;
  const accuracy = logged.metrics['knn'] as number;
  return [{ protocol: 'knn', text, accuracy, epoch }, ...evaluated.filter((each) => each !== same)];
}

// A manifest holds any recipe, also one of a later version.
function epochsOf(recipe: unknown): number | undefined {
  const { epochs } = (recipe ?? {}) as { readonly epochs?: unknown };
  return typeof epochs === 'number' ? epochs : undefined;
}

function kOf(recipe: unknown): unknown {
  return (recipe as { evaluation?: { knn?: { k?: unknown } } } | null)?.evaluation?.knn?.k;
}

async function lastChange(path: string): Promise<Date> {
  const times = await Promise.all(
    ['manifest.json', 'log.jsonl'].map((name) =>
      stat(join(path, name)).then(
        ({ mtimeMs }) => mtimeMs,
        () => 0,
      ),
    ),
  );
  return new Date(Math.max(...times));
}

async function runsBelow(folder: string): Promise<string[]> {
  const found = readdir(folder, { withFileTypes: true });
  const entries = await present(folder, 'a folder of runs', found);
  if (await isRun(folder, new Set(entries.map(({ name }) => name)))) return [folder];
  const inner = entries.filter(
    (entry) => entry.isDirectory() && !/^\.|^node_modules$/.test(entry.name),
  );
  return (await Promise.all(inner.map(({ name }) => runsBelow(join(folder, name))))).flat();
}

/** Other folders have a `manifest.json` too; what has a log or a checkpoint is a run, if a broken one. */
async function isRun(folder: string, names: ReadonlySet<string>): Promise<boolean> {
  if (!names.has('manifest.json')) return false;
  if (names.has('log.jsonl')) return true;
  const hasCheckpoint = access(join(folder, 'checkpoints')).then(
    () => true,
    () => false,
  );
  if (await hasCheckpoint) return true;
  return openRun(folder).then(
    () => true,
    () => false,
  );
}
