import { lossWords, oneField, protocolHeadings } from '@halp/runs/check';
import { type FoundRuns, type RunAccuracy, type RunStatus } from '@halp/runs/node';
import { aligned } from './aligned.ts';

/** How runs are listed. */
export interface RunsTextOptions {
  /** Whether every saved result is listed below the table. Default: false. */
  readonly all?: boolean | undefined;
}

/**
 * A table of runs for a terminal, one line per run: recipe, seed, epoch, losses, accuracies, state, and the time since
 * the last epoch. Lines below it explain the accuracies and list collapsed embeddings and broken runs.
 *
 * All numbers of a column have the same meaning, the one that most runs have; a run's other results are counted in the
 * column `more`.
 *
 * @param now - The current time, from which ages are computed.
 */
export function runsText(
  { runs, broken }: FoundRuns,
  now: Date,
  { all = false }: RunsTextOptions = {},
): string {
  const meanings = columnMeanings(runs);
  const more = runs.map((run) => run.accuracies.length - shown(run, meanings).length);
  const hasMore = more.some((count) => count > 0);
  const rows = runs.map((run, i) => [
    oneField(run.path),
    oneField(run.recipe),
    String(run.seed),
    `${run.epoch}/${run.epochs ?? '?'}`,
    lossesText(run),
    ...meanings.map(({ text }) => accuracyText(run, text)),
    ...(hasMore ? [more[i] === 0 ? '' : `+${more[i]}`] : []),
    stateText(run),
    age((now.getTime() - Date.parse(run.changedAt)) / 1000),
  ]);
  const heads = [...meanings.map(({ head }) => head), ...(hasMore ? ['more'] : [])];
  const head = ['run', 'recipe', 'seed', 'epoch', 'losses', ...heads, 'state', 'age'];
  const texts = meanings.map(({ text }) => text);
  const hint = hasMore && !all ? '; for the other results, add --all' : '';
  return [
    ...(runs.length === 0 ? ['no runs found'] : aligned([head, ...rows])),
    ...(texts.length === 0 && !hasMore ? [] : ['', `accuracies in %: ${texts.join('; ')}${hint}`]),
    ...runs.flatMap(({ path, warning }) =>
      warning === undefined ? [] : [oneField(`${path}: ${warning}`)],
    ),
    ...(all ? runs.flatMap(resultLines) : []),
    ...broken.map(({ path, problem }) => oneField(`${path}: ${problem}`)),
  ].join('\n');
}

interface Meaning {
  readonly head: string;
  readonly text: string;
}

/** For each protocol with a column, the meaning that most runs have; on a tie the first. */
function columnMeanings(runs: readonly RunStatus[]): readonly Meaning[] {
  return protocolHeadings.flatMap(([protocol, head]) => {
    const counts = new Map<string, number>();
    for (const each of runs.flatMap((run) => run.accuracies)) {
      if (each.protocol !== protocol || each.on !== undefined) continue;
      counts.set(each.text, (counts.get(each.text) ?? 0) + 1);
    }
    const [first] = [...counts].sort(([, a], [, b]) => b - a);
    return first === undefined ? [] : [{ head, text: first[0] }];
  });
}

function shown({ accuracies }: RunStatus, meanings: readonly Meaning[]): readonly RunAccuracy[] {
  return accuracies.filter((each) => meanings.some(({ text }) => text === each.text));
}

/** Every result of a run, one line each. */
function resultLines({ path, results }: RunStatus): string[] {
  if (results.length === 0) return [];
  const rows = results.map(({ text, accuracy, epoch }) => [
    `  ${oneField(text)}`,
    (100 * accuracy).toFixed(1),
    `after ${epoch} epochs`,
  ]);
  return ['', `${oneField(path)}, in %:`, ...aligned(rows)];
}

function lossesText({ losses }: RunStatus): string {
  return lossWords(losses).join('  ');
}

/** An accuracy; one of an earlier epoch is followed by `@epoch`. */
function accuracyText(run: RunStatus, text: string): string {
  const found = run.accuracies.find((each) => each.text === text);
  if (found === undefined) return '–';
  const value = (100 * found.accuracy).toFixed(1);
  return found.epoch === run.epoch ? value : `${value} @${found.epoch}`;
}

/** The state of a run, with the recipe's epochs where other than those were requested. */
function stateText({ state, process, epoch, epochs, recipeEpochs }: RunStatus): string {
  const asked = recipeEpochs === undefined ? '' : ` (recipe: ${recipeEpochs} epochs)`;
  switch (state) {
    case 'training':
      return process === undefined ? state : `${state}, ${process.host} ${process.pid}`;
    case 'interrupted':
      return `interrupted at ${epoch} of ${epochs ?? '?'}${asked}`;
    case 'complete':
      return `${state}${asked}`;
    case 'imported':
      return state;
  }
}

/** A duration in its largest unit: `40 s`, `12 min`, `3 h`, `5 d`. */
function age(seconds: number): string {
  if (seconds < 60) return `${Math.max(0, Math.floor(seconds))} s`;
  if (seconds < 3600) return `${Math.floor(seconds / 60)} min`;
  if (seconds < 86_400) return `${Math.floor(seconds / 3600)} h`;
  return `${Math.floor(seconds / 86_400)} d`;
}
