import { FormatError } from '@halp/files';
import {
  createRecogniser,
  type ExamplesFile,
  formatExamples,
  type Frame,
  type LessonReport,
  type MovementOptions,
  type Recogniser,
  type RecogniserOptions,
  type Recognition,
  type StreamUp,
} from '@halp/live';
import type { EncoderModel } from '@halp/recipes';
import { type Clip, type Layout, type LayoutName, layoutOf, sameLayout } from '@halp/skeleton';
import { cosine, type RememberingModel, rememberingModel } from './remembering-model.ts';

/** A clip with its action. */
export interface LessonTake {
  /** The action. */
  readonly label: string;
  /** `[3, T, V, 1]`, y up. */
  readonly clip: Clip;
  /** The joints. */
  readonly layout: LayoutName | Layout;
}

/** What the frames of a stream are. */
export interface StreamForm {
  /** The joints of a frame. */
  readonly layout: LayoutName | Layout;
  /** The vertical axis. */
  readonly up: StreamUp;
}

/** A take with its similarity to what was recognised. */
export interface NearTake {
  /** Its place in the lesson, from 0. */
  readonly take: number;
  /** Its action. */
  readonly label: string;
  /** The cosine of the two features. */
  readonly similarity: number;
}

/** What was recognised, with the nearest takes. */
export interface Seen extends Recognition {
  /** The most similar takes, the most similar first; empty at rest. */
  readonly nearest: readonly NearTake[];
}

/** The settings of the recogniser that the page offers. */
export interface TeacherSettings extends Required<Pick<RecogniserOptions, 'spans' | 'by'>> {
  /** Whether a movement that is none of the actions is 'unknown'. */
  readonly unknown: boolean;
  /** The energy at which a movement begins, in metres a second. */
  readonly start: number;
}

/** The options of movements that begin at this energy; the ratio of both is that of the defaults. */
export function movementOptions({ start }: Pick<TeacherSettings, 'start'>): MovementOptions {
  return { start, rest: (2 / 3) * start };
}

/** The longest time between two frames that belong together, in seconds: a slow machine finds few poses. */
export const LONGEST_GAP = 1;
/** How many of the nearest takes are shown. */
const NEAREST = 3;

/** A lesson, and the recogniser made of it. */
export interface Teacher {
  /** The takes, in the order in which they were added. */
  readonly takes: readonly LessonTake[];
  /** Frames a second of the takes. */
  readonly fps: number;
  /** The leave-one-out accuracy of the takes. */
  report(): LessonReport | undefined;
  /** Replaces takes. @throws RangeError if one cannot be used; the earlier ones stay. */
  setTakes(takes: readonly LessonTake[], fps?: number): Promise<void>;
  /** Replaces the encoder. @throws RangeError if it does not fit; the earlier one stays. */
  setModel(model: EncoderModel): Promise<void>;
  /** Announces a stream. @throws RangeError if its joints cannot be mapped to those of the encoder. */
  setForm(form: StreamForm): Promise<void>;
  /** Changes settings. */
  setSettings(settings: TeacherSettings): Promise<void>;
  /** Takes a frame and yields what it recognises. */
  push(frame: Frame, seconds: number): Promise<Seen | undefined>;
  /** Forgets the frames. */
  reset(): void;
  /** The lesson as a file. */
  format(name: string): string;
  /** Disposes the encoder. */
  dispose(): void;
}

/** A teacher without takes. @param onEvent - Takes problems of the stream, one line each. */
export function createTeacher(onEvent: (line: string) => void): Teacher {
  let state: State = {
    takes: [],
    fps: 30,
    model: undefined,
    form: undefined,
    settings: { spans: 'movements', by: 'ridge', unknown: true, start: 0.6 },
  };
  let recogniser: Recogniser | undefined;
  let last: Promise<void> = Promise.resolve();
  /** Makes a recogniser of the changed state. If that fails, the state stays. One change at a time. */
  const change = (part: (now: State) => Partial<State>): Promise<void> => {
    const made = last.then(async () => {
      const next = { ...state, ...part(state) };
      const fresh = await recogniserOf(next, onEvent);
      if (next.model !== state.model) state.model?.dispose();
      [state, recogniser] = [next, fresh];
    });
    last = made.catch(() => undefined);
    return made;
  };
  return {
    get takes() {
      return state.takes;
    },
    get fps() {
      return state.fps;
    },
    report: () => recogniser?.report(),
    setTakes: (takes, fps) => change((now) => ({ takes, fps: fps ?? now.fps })),
    setModel: (model) => change(() => ({ model: rememberingModel(model) })),
    setForm: (form) => change(() => ({ form })),
    setSettings: (settings) => change(() => ({ settings })),
    async push(frame, seconds) {
      const { takes, model } = state;
      // With fewer, every push is refused.
      if (takes.length < 2) return undefined;
      const found = await recogniser?.push(frame, seconds);
      if (found === undefined) return undefined;
      return { ...found, nearest: found.scores.length === 0 ? [] : nearestOf(takes, model) };
    },
    reset: () => recogniser?.reset(),
    format(name) {
      const { takes, fps } = state;
      const [first] = takes;
      if (first === undefined) throw new RangeError('expected takes to save, got none');
      return formatExamples({ name, layout: first.layout, fps, examples: takes });
    },
    dispose: () => state.model?.dispose(),
  };
}

/** The takes of a file. */
export function takesOfLesson({ layout, examples }: ExamplesFile): readonly LessonTake[] {
  return examples.map(({ label, clip }) => ({ label, clip, layout }));
}

/** @throws FormatError if takes have different joints, which one lesson cannot hold. */
export function expectSameLayout(takes: readonly LessonTake[], what: string): void {
  const [first] = takes;
  const other = takes.find(({ layout }) => first && !sameLayout(layout, first.layout));
  if (first === undefined || other === undefined) return;
  throw new FormatError(
    what,
    `expected the joints of the other takes, ${layoutOf(first.layout).name}, got ${layoutOf(other.layout).name}; ` +
      'save this lesson and begin another one',
  );
}

interface State {
  readonly takes: readonly LessonTake[];
  readonly fps: number;
  readonly model: RememberingModel | undefined;
  readonly form: StreamForm | undefined;
  readonly settings: TeacherSettings;
}

async function recogniserOf(
  { takes, fps, model, form, settings }: State,
  onEvent: (line: string) => void,
): Promise<Recogniser | undefined> {
  if (model === undefined) return undefined;
  return createRecogniser({
    ...{ model, fps, spans: settings.spans, by: settings.by },
    movement: movementOptions(settings),
    longestGap: LONGEST_GAP,
    threshold: settings.unknown ? undefined : -Infinity,
    layout: form?.layout ?? takes[0]?.layout,
    up: form?.up,
    examples: takes,
    onEvent: ({ text }) => onEvent(text),
  });
}

function nearestOf(
  takes: readonly LessonTake[],
  model: RememberingModel | undefined,
): readonly NearTake[] {
  const feature = model?.latest();
  if (feature === undefined) return [];
  return takes
    .flatMap(({ label, clip }, take) => {
      const own = model?.featureOf(clip);
      return own === undefined ? [] : [{ take, label, similarity: cosine(own, feature) }];
    })
    .sort((a, b) => b.similarity - a.similarity)
    .slice(0, NEAREST);
}
