import { access, readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Evaluation, ProtocolName } from '@halp/protocols';
import { protocolText } from '@halp/report';
import { openRun, RUN_LOCK, type RunFolder } from '@halp/train/node';
import { lockHolder, type LockHolder } from '@halp/files/node';
import { collapseWarning } from './watch-representation.ts';

/** Whether a run is trained now, has all epochs of its recipe, or waits to be resumed. */
export type RunState = 'training' | 'complete' | 'interrupted';

/** An accuracy of a run, and what it means. */
export interface RunAccuracy {
  /** The protocol. */
  readonly protocol: ProtocolName;
  /** The protocol with what changes its meaning: `kNN, k = 1`. */
  readonly text: string;
  /** A fraction. */
  readonly accuracy: number;
  /** The epochs of training after which. */
  readonly epoch: number;
}

/** What is known of a run at a glance. */
export interface RunStatus {
  /** Its folder. */
  readonly path: string;
  /** The recipe's name. */
  readonly recipe: string;
  /** Its seed. */
  readonly seed: number;
  /** Epochs in its log. */
  readonly epoch: number;
  /** Epochs of its recipe; undefined where the manifest does not say. */
  readonly epochs?: number;
  /** Mean losses of the last epoch. */
  readonly losses: Readonly<Record<string, number>>;
  /** The last accuracy by each protocol, of the log or of an evaluation. */
  readonly accuracies: readonly RunAccuracy[];
  /** That its embeddings have collapsed, and what to do. */
  readonly warning?: string;
  /** What it does now. */
  readonly state: RunState;
  /** The process that trains it. */
  readonly process?: LockHolder;
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
 * @throws Error as the file system reports it, if a folder cannot be read.
 */
export async function findRuns(folders: readonly string[]): Promise<string[]> {
  const found = await Promise.all(folders.map(runsBelow));
  const collator = new Intl.Collator('en', { numeric: true });
  return [...new Set(found.flat())].sort(collator.compare);
}

/** How the runs at or below `folders` stand; reads only, also while they are trained. */
export async function runStatuses(folders: readonly string[]): Promise<FoundRuns> {
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
  const epoch = last === undefined ? 0 : last.epoch + 1;
  const epochs = epochsOf(manifest.recipe);
  const holder = await lockHolder(join(path, RUN_LOCK));
  const warning = await collapseWarning(run);
  const isComplete = epochs !== undefined && epoch >= epochs;
  return {
    ...{ path, recipe: manifest.name, seed: manifest.seed, epoch },
    ...(epochs === undefined ? {} : { epochs }),
    losses: last?.losses ?? {},
    accuracies: await accuraciesOf(run),
    ...(warning === undefined ? {} : { warning }),
    state: holder !== undefined ? 'training' : isComplete ? 'complete' : 'interrupted',
    ...(holder === undefined ? {} : { process: { pid: holder.pid, host: holder.host } }),
    changedAt: (await lastChange(path)).toISOString(),
  };
}

/** Evaluations of a run that were saved after the most epochs, one a protocol. */
export async function lastEvaluations(
  run: RunFolder,
): Promise<(Evaluation & { readonly epoch: number })[]> {
  // On another data set it says nothing of the run's own.
  const own = Object.entries(await run.evaluations()).filter(([name]) => !name.includes('-on-'));
  const all = own.map(([, evaluation]) => evaluation).filter(isEvaluation);
  const latest = new Map<ProtocolName, Evaluation & { readonly epoch: number }>();
  for (const evaluation of all) {
    const known = latest.get(evaluation.protocol);
    if (known === undefined || known.epoch <= evaluation.epoch) {
      latest.set(evaluation.protocol, evaluation);
    }
  }
  return [...latest.values()];
}

async function accuraciesOf(run: RunFolder): Promise<RunAccuracy[]> {
  const evaluated = (await lastEvaluations(run)).map((evaluation): RunAccuracy => {
    const { protocol, accuracy, epoch } = evaluation;
    return { protocol, text: protocolText(evaluation), accuracy, epoch };
  });
  const logged = run.log.findLast(({ metrics }) => Number.isFinite(metrics['knn']));
  const epoch = (logged?.epoch ?? -1) + 1;
  const isNewer = evaluated.every((each) => each.protocol !== 'knn' || each.epoch < epoch);
  if (logged === undefined || !isNewer) return evaluated;
  const text = `kNN, k = ${String(kOf(run.manifest.recipe))}`;
  const accuracy = logged.metrics['knn'] as number;
  return [
    { protocol: 'knn', text, accuracy, epoch },
    ...evaluated.filter(({ protocol }) => protocol !== 'knn'),
  ];
}

/** Whether a saved result is an evaluation with classes: what reports draw. */
export function isEvaluation(value: unknown): value is Evaluation & { readonly epoch: number } {
  const { protocol, accuracy, epoch } = (value ?? {}) as Record<string, unknown>;
  return (
    typeof protocol === 'string' &&
    accuracyProtocols.includes(protocol as ProtocolName) &&
    Number.isFinite(accuracy) &&
    Number.isSafeInteger(epoch)
  );
}

const accuracyProtocols: readonly ProtocolName[] = [
  ...(['knn', 'linear', 'fine-tune', 'semi-supervised'] as const),
];

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
  const entries = await readdir(folder, { withFileTypes: true });
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
