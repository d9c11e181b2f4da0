import type { ProtocolName } from '@halp/protocols';
import type { FoundRuns, RunStatus } from './runs.ts';
import { lossWords } from './training-words.ts';

const HEADS: Readonly<Record<ProtocolName, string>> = {
  knn: 'kNN',
  linear: 'linear',
  'fine-tune': 'fine-tuned',
  'semi-supervised': 'some labels',
  'one-shot': 'one-shot',
};

/**
 * Runs as a table for a terminal, a run a line: recipe, seed, epoch of epochs, losses, accuracies,
 * state, and the time since its last epoch; below it what the accuracies mean, whose embeddings have
 * collapsed, and what is broken.
 *
 * @param now The time from which ages count.
 */
export function runsText({ runs, broken }: FoundRuns, now: Date): string {
  const accuracies = runs.flatMap((run) => run.accuracies);
  const protocols = (Object.keys(HEADS) as ProtocolName[]).filter((protocol) =>
    accuracies.some((each) => each.protocol === protocol),
  );
  const rows = runs.map((run) => [
    run.path,
    run.recipe,
    String(run.seed),
    `${run.epoch}/${run.epochs ?? '?'}`,
    lossesText(run),
    ...protocols.map((protocol) => accuracyText(run, protocol)),
    stateText(run),
    age((now.getTime() - Date.parse(run.changedAt)) / 1000),
  ]);
  const heads = protocols.map((protocol) => HEADS[protocol]);
  const head = ['run', 'recipe', 'seed', 'epoch', 'losses', ...heads, 'state', 'age'];
  const meanings = [...new Set(accuracies.map(({ text }) => text))];
  return [
    ...(runs.length === 0 ? ['no run'] : aligned([head, ...rows])),
    ...(meanings.length === 0 ? [] : ['', `accuracies in %: ${meanings.join('; ')}`]),
    ...runs.flatMap(({ path, warning }) => (warning === undefined ? [] : [`${path}: ${warning}`])),
    ...broken.map(({ path, problem }) => `${path}: ${problem}`),
  ].join('\n');
}

function lossesText({ losses }: RunStatus): string {
  return lossWords(losses).join('  ');
}

/** An accuracy that is not of the last epoch says after which. */
function accuracyText(run: RunStatus, protocol: ProtocolName): string {
  const found = run.accuracies.find((each) => each.protocol === protocol);
  if (found === undefined) return '–';
  const value = (100 * found.accuracy).toFixed(1);
  return found.epoch === run.epoch ? value : `${value} @${found.epoch}`;
}

function stateText({ state, process }: RunStatus): string {
  return process === undefined ? state : `${state}, ${process.host} ${process.pid}`;
}

function aligned(rows: readonly (readonly string[])[]): string[] {
  const widths = (rows[0] ?? []).map((_, column) =>
    Math.max(...rows.map((row) => row[column]?.length ?? 0)),
  );
  return rows.map((row) =>
    row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('   ')
      .trimEnd(),
  );
}

/** The largest unit of a time that has passed: `40 s`, `12 min`, `3 h`, `5 d`. */
function age(seconds: number): string {
  if (seconds < 60) return `${Math.max(0, Math.floor(seconds))} s`;
  if (seconds < 3600) return `${Math.floor(seconds / 60)} min`;
  if (seconds < 86_400) return `${Math.floor(seconds / 3600)} h`;
  return `${Math.floor(seconds / 86_400)} d`;
}
