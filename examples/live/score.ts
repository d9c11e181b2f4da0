import type { Action } from './stream.ts';

/** A label at a time, in seconds. */
export interface Report {
  readonly label: string;
  readonly seconds: number;
  /** The movement, if the report is of a whole one. */
  readonly movement?: { readonly from: number; readonly to: number };
}

/** How well reports agree with the actions of a stream. */
export interface StreamScore {
  /** The fraction of the frames of actions with the right label. */
  readonly actionFrames: number;
  /** The fraction of the frames of pauses that are unknown. */
  readonly pauseFrames: number;
  /**
   * The fraction of the actions with the right label: that of the whole movement which overlaps the action most; without
   * movements, the label that was reported longest.
   */
  readonly segments: number;
  /** From the start of an action to its first right report, the mean in seconds; NaN without one. */
  readonly delay: number;
  /** Wrong reports a minute: runs of a label that do not touch an action with this label. */
  readonly falseAlarms: number;
}

/** A report still belongs to an action that ended this long before, in seconds. */
const GRACE = 1;

/**
 * The score of reports. Each holds until the next one; before the first one everything is unknown.
 *
 * @param duration - The duration of the stream, in seconds.
 */
export function scoreOf(
  reports: readonly Report[],
  actions: readonly Action[],
  {
    duration,
    fps,
    none,
  }: { readonly duration: number; readonly fps: number; readonly none: string },
): StreamScore {
  const frames = Math.round(duration * fps);
  const labels = Array.from({ length: frames }, () => none);
  const truth = Array.from({ length: frames }, () => none);
  for (const [i, { label, seconds }] of reports.entries()) {
    labels.fill(label, frameAt(seconds, fps), frameAt(reports[i + 1]?.seconds ?? duration, fps));
  }
  for (const { label, from, to } of actions) {
    truth.fill(label, frameAt(from, fps), frameAt(to, fps) + 1);
  }
  const share = (isCounted: (t: number) => boolean): number => {
    const counted = labels.flatMap((label, t) => (isCounted(t) ? [label === truth[t]] : []));
    return counted.filter(Boolean).length / counted.length;
  };
  const delays: number[] = [];
  const isByMovement = reports.some(({ movement }) => movement !== undefined);
  let right = 0;
  for (const { label, from, to } of actions) {
    const span = labels.slice(frameAt(from, fps), frameAt(to + GRACE, fps) + 1);
    const found = isByMovement ? movementOf(reports, { from, to }) : longest(span, none);
    if (found === label) right++;
    const first = span.indexOf(label);
    if (first >= 0) delays.push(first / fps);
  }
  return {
    actionFrames: share((t) => truth[t] !== none),
    pauseFrames: share((t) => truth[t] === none),
    segments: right / actions.length,
    delay: delays.reduce((a, b) => a + b, 0) / delays.length,
    falseAlarms: (60 * alarmsOf(labels, actions, { fps, none })) / duration,
  };
}

const frameAt = (seconds: number, fps: number): number => Math.round(seconds * fps);

/** The label that occurs most often, without `none`; undefined without any. */
function longest(labels: readonly string[], none: string): string | undefined {
  const counts = new Map<string, number>();
  for (const label of labels) {
    if (label !== none) counts.set(label, (counts.get(label) ?? 0) + 1);
  }
  return [...counts].sort(([, a], [, b]) => b - a)[0]?.[0];
}

/** The label of the movement that overlaps a span most; undefined if none does. */
function movementOf(
  reports: readonly Report[],
  span: { readonly from: number; readonly to: number },
): string | undefined {
  let [found, most]: [string | undefined, number] = [undefined, 0];
  for (const { label, movement } of reports) {
    if (movement === undefined) continue;
    const overlap = Math.min(movement.to, span.to) - Math.max(movement.from, span.from);
    if (overlap > most) [found, most] = [label, overlap];
  }
  return found;
}

function alarmsOf(
  labels: readonly string[],
  actions: readonly Action[],
  { fps, none }: { readonly fps: number; readonly none: string },
): number {
  let count = 0;
  for (let start = 0; start < labels.length;) {
    let end = start;
    while (end < labels.length && labels[end] === labels[start]) end++;
    const label = labels[start] as string;
    const touches = actions.some(
      (action) =>
        action.label === label &&
        start / fps <= action.to + GRACE &&
        (end - 1) / fps >= action.from,
    );
    if (label !== none && !touches) count++;
    start = end;
  }
  return count;
}
