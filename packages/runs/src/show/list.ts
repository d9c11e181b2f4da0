import { access, readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { type LockHolder, lockHolder } from '@halp/files/node';
import { expectArray, expectText } from '@halp/random/check';
import { protocolText } from '@halp/report';
import { openRun, RUN_LOCK, type RunFolder } from '@halp/train/node';
import { byProtocol, lastResults, resultsOf, type RunResult } from '../evaluate/results.ts';
import { present } from '../run/read-input.ts';
import { collapseWarning } from '../train/watch-representation.ts';

/**
 * The state of a run: a process trains it now; it has all requested epochs; it stopped before them; or it is an imported
 * checkpoint that has not been trained since.
 */
export type RunState = 'training' | 'complete' | 'interrupted' | 'imported';

/** A result of a run, with its meaning in words. */
export type RunAccuracy = Pick<RunResult, 'protocol' | 'text' | 'epoch' | 'on'> & {
  /** A fraction. */
  readonly accuracy: number;
};

/** A summary of a run. */
export interface RunStatus {
  /** Its folder. */
  readonly path: string;
  /** The recipe's name. */
  readonly recipe: string;
  /** Its seed. */
  readonly seed: number;
  /** The number of epochs trained, including those of the run it started from. */
  readonly epoch: number;
  /** The number of epochs that were last requested; undefined if the manifest does not state it. */
  readonly epochs?: number | undefined;
  /** The number of epochs of its recipe, if another number was requested. */
  readonly recipeEpochs?: number | undefined;
  /** Mean losses of the last epoch. */
  readonly losses: Readonly<Record<string, number>>;
  /** The last result of each meaning, from the log or an evaluation. */
  readonly accuracies: readonly RunAccuracy[];
  /** Every saved result, including those of earlier epochs. */
  readonly results: readonly RunAccuracy[];
  /** A warning that its embeddings have collapsed, with what to do. */
  readonly warning?: string | undefined;
  /** Its state. */
  readonly state: RunState;
  /** The process that trains it now. */
  readonly process?: LockHolder | undefined;
  /** When its manifest or log last changed, ISO 8601. */
  readonly changedAt: string;
}

/** A run folder that cannot be read. */
export interface BrokenRun {
  /** The folder. */
  readonly path: string;
  /** The error message. */
  readonly problem: string;
}

/** The runs below some folders. */
export interface FoundRuns {
  /** The readable runs, ordered by path. */
  readonly runs: readonly RunStatus[];
  /** The unreadable runs. */
  readonly broken: readonly BrokenRun[];
}

/**
 * The run folders at or below `folders`, each once, ordered by path. Hidden folders, `node_modules` and symbolic links are
 * skipped.
 *
 * @throws FormatError if a folder is missing; Error of the file system if one cannot be read.
 */
export async function findRuns(folders: readonly string[]): Promise<string[]> {
  const found = await Promise.all(folders.map(runsBelow));
  const collator = new Intl.Collator('en', { numeric: true });
  return [...new Set(found.flat())].sort(collator.compare);
}

/** Summaries of the runs at or below `folders`. Nothing is written; runs may be in training. */
export async function runStatuses(folders: readonly string[]): Promise<FoundRuns> {
  expectArray('runStatuses', 'a list of folders', folders);
  for (const folder of folders) expectText('runStatuses', 'each folder to be a path', folder);
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

/** The summary of a run. */
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

/** The number of epochs of a run without a log: that of the run or file it started from. */
async function firstEpoch(run: RunFolder): Promise<number> {
  const { branchedFrom, importedFrom } = run.manifest;
  if (importedFrom === undefined) return branchedFrom?.epoch ?? 0;
  // Older imports do not state the epoch; their checkpoint does.
  return importedFrom.epoch ?? (await run.checkpoints()).at(-1)?.epoch ?? 0;
}

const accuracyOf = ({ protocol, text, value, epoch, on }: RunResult): RunAccuracy => ({
  ...{ protocol, text, accuracy: value, epoch },
  on,
});

/** The last results, with the kNN accuracy of the log if that is newer. */
function accuraciesOf({ log, manifest }: RunFolder, last: readonly RunResult[]): RunAccuracy[] {
  const evaluated = last.map(accuracyOf);
  const logged = log.findLast(({ metrics }) => Number.isFinite(metrics['knn']));
  if (logged === undefined) return evaluated;
  const text = protocolText({
    protocol: 'knn',
    settings: { k: kOf(manifest.recipe) },
    selection: null,
  });
  const epoch = logged.epoch + 1;
  const same = evaluated.find((each) => each.text === text);
  if (same !== undefined && same.epoch >= epoch) return evaluated;
  const accuracy = logged.metrics['knn'] as number;
  return [{ protocol: 'knn', text, accuracy, epoch }, ...evaluated.filter((each) => each !== same)];
}

// The recipe in a manifest is not checked: it may be of a later version.
function epochsOf(recipe: unknown): number | undefined {
  const { epochs } = (recipe ?? {}) as { readonly epochs?: unknown };
  return typeof epochs === 'number' ? epochs : undefined;
}

function kOf(recipe: unknown): string {
  const k = (recipe as { evaluation?: { knn?: { k?: unknown } } } | null)?.evaluation?.knn?.k;
  return String(k);
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

/** Whether a folder is a run. Other folders can have a `manifest.json` too; a broken run has a log or checkpoints. */
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
