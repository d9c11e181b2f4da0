import type { LessonReport } from '@halp/live';
import type { EncoderModel } from '@halp/recipes';
import { layoutOf } from '@halp/skeleton';
import { element } from '../element.ts';
import { find } from '../find.ts';
import type { Take } from './read-file.ts';
import type { LessonTake, Seen } from './teacher.ts';

/** What the page shows. */
export interface Show {
  /** An error of an action of the user; empty for none. */
  readonly problem: (problem: unknown) => void;
  /** The state of the stream, in one line. */
  readonly status: (text: string) => void;
  /** What was left out of the stream, in one line. */
  readonly event: (text: string) => void;
  /** A count or a call, shown large; empty for none. */
  readonly count: (text: string) => void;
  /** The energy at which a movement begins. */
  readonly start: (text: string) => void;
  /** The recordings to play. */
  readonly recordings: (takes: readonly Take[]) => void;
  /** Marks the recording that is played. */
  readonly playing: (index: number | undefined) => void;
  /** The actions with their takes. */
  readonly actions: (lesson: LessonShown) => void;
  /** The leave-one-out accuracy of the takes. */
  readonly report: (report: LessonReport | undefined, takes: readonly LessonTake[]) => void;
  /** Which buttons can be used. */
  readonly buttons: (enabled: Readonly<Record<string, boolean>>) => void;
  /** Whether takes are recorded. */
  readonly recording: (isOn: boolean) => void;
  /** The encoder. */
  readonly model: (model: EncoderModel, name: string) => void;
  /** What was recognised. */
  readonly seen: (seen: Seen, report: LessonReport | undefined) => void;
  /** Forgets what was recognised. */
  readonly forget: () => void;
}

/** The actions of a lesson. */
export interface LessonShown {
  /** All actions, also those without takes. */
  readonly actions: readonly string[];
  /** The action whose takes are recorded. */
  readonly action: string;
  /** The takes. */
  readonly takes: readonly LessonTake[];
}

/** A movement that has ended. */
interface Movement {
  readonly label: string;
  readonly confidence: number;
  readonly from: number;
  readonly to: number;
  readonly milliseconds: number;
  readonly scores: Readonly<Record<string, number>>;
}

/** How many movements are kept as numbers. */
const MOST_MOVEMENTS = 100;

/** The parts of the page that show something. */
export function createShow(root: HTMLElement): Show {
  const part = (name: string): HTMLElement => find(root, `[data-part=${name}]`, HTMLElement);
  const write = (name: string, text: string): void => {
    const shown = part(name);
    if (shown.textContent !== text) shown.textContent = text;
  };
  let movements: Movement[] = [];
  return {
    problem: (problem) =>
      write('problem', problem instanceof Error ? problem.message : String(problem)),
    event: (text) => write('event', text),
    count: (text) => write('count', text),
    status: (text) => write('status', text),
    start: (text) => write('start', text),
    recordings(takes) {
      part('recordings').replaceChildren(
        ...takes.map(({ name, action, clip }, i) => {
          const facts = [name, action, `${clip.shape[1]} frames`].filter(Boolean).join(', ');
          const button = element('button', { type: 'button', textContent: 'Remove' });
          button.dataset['index'] = String(i);
          button.setAttribute('aria-label', `Remove ${name}`);
          return element('li', {}, element('span', { textContent: facts }), button);
        }),
      );
    },
    playing(index) {
      for (const [i, item] of [...part('recordings').children].entries()) {
        item.classList.toggle('playing', i === index);
      }
    },
    actions({ actions, action, takes }) {
      part('actions').replaceChildren(
        ...actions.map((label) => {
          const count = takes.filter((take) => take.label === label).length;
          const chosen = element('input', { type: 'radio', name: 'chosen', value: label });
          chosen.checked = label === action;
          const remove = element('button', { type: 'button', textContent: 'Remove' });
          remove.dataset['label'] = label;
          remove.setAttribute('aria-label', `Remove ${label}`);
          const text = `${label}: ${count} ${count === 1 ? 'take' : 'takes'}`;
          const choice = element('label', { className: 'check' }, chosen, text);
          return element('li', {}, element('span', {}, choice), remove);
        }),
      );
    },
    report: (report, takes) => write('report', reportText(report, takes)),
    buttons(enabled) {
      for (const [name, on] of Object.entries(enabled)) {
        find(root, `[data-action=${name}]`, HTMLButtonElement).disabled = !on;
      }
    },
    recording(isOn) {
      for (const name of ['record', 'movements']) {
        const button = find(root, `[data-action=${name}]`, HTMLButtonElement);
        button.setAttribute('aria-pressed', String(isOn));
      }
    },
    model(model, name) {
      const { recipe, epoch, featureSize } = model;
      write(
        'model',
        `Encoder ${name}: ${recipe.name}, ${recipe.encoder.kind}, ${epoch} epochs, ` +
          `${featureSize} numbers a clip, joints of ${layoutOf(recipe.data.layout).name}.`,
      );
    },
    seen(seen, report) {
      const milliseconds = `${seen.milliseconds.toFixed(0)} ms`;
      const percent = `${(100 * seen.confidence).toFixed(0)} % confident`;
      if (seen.scores.length === 0) {
        // The label and the bars of the last movement stay.
        write('facts', 'at rest now');
        return;
      }
      write('label', seen.label);
      write('facts', `${percent}, recognised in ${milliseconds}`);
      part('scores').replaceChildren(...barsOf(seen, report?.threshold));
      const near = seen.nearest.map(({ take, label, similarity }) => {
        return `take ${take + 1} (${label}), cosine ${similarity.toFixed(3)}`;
      });
      write('nearest', `Nearest: ${near.join('; ')}`);
      if (!seen.final) return;
      const { label, confidence, from, to, milliseconds: duration } = seen;
      const scores = Object.fromEntries(seen.scores.map(({ label: name, score }) => [name, score]));
      movements = [
        ...movements,
        { label, confidence, from, to, milliseconds: duration, scores },
      ].slice(-MOST_MOVEMENTS);
      write('numbers', JSON.stringify(movements));
    },
    forget() {
      movements = [];
      write('numbers', '[]');
      write('label', '–');
      for (const name of ['facts', 'nearest', 'event']) write(name, '');
      part('scores').replaceChildren();
    },
  };
}

/** A bar for each label, in an order that does not change; its end at a score of 1. */
function barsOf({ scores, label: best }: Seen, threshold: number | undefined): HTMLElement[] {
  return [...scores]
    .sort((a, b) => a.label.localeCompare(b.label))
    .map(({ label, score }) => {
      const bar = element('i');
      bar.style.setProperty('--share', String(Math.min(1, Math.max(0, score))));
      if (threshold !== undefined && threshold > 0 && threshold < 1) {
        bar.style.setProperty('--threshold', String(threshold));
      }
      return element(
        'li',
        { className: label === best ? 'best' : '' },
        element('span', { textContent: label }),
        element('b', { textContent: score.toFixed(2) }),
        bar,
      );
    });
}

function reportText(report: LessonReport | undefined, takes: readonly LessonTake[]): string {
  if (takes.length < 2) return 'Two takes are needed, better three of each of two actions.';
  if (report?.labels.length === 1) {
    return 'All takes are of one action: record those of another one too.';
  }
  if (report?.accuracy === undefined) {
    return 'Each take is the only one of its action: record another one of each.';
  }
  const { accuracy, mistaken } = report;
  const text = `Each take left out once: ${(100 * accuracy).toFixed(0)} % get their own label.`;
  const [first] = mistaken;
  if (first === undefined) return text;
  const others = mistaken.map(
    ({ example, label, taken }) => `take ${example + 1} (${label}) gets ${taken}`,
  );
  return `${text} ${others.join('; ')}: record it again, or name more different actions.`;
}
