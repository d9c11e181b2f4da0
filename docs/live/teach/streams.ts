import type { Frame } from '@halp/live';
import { type Clip, mediapipe33 } from '@halp/skeleton';
import type { Film } from './camera.ts';
import { playTakes } from './player.ts';
import type { PoseFiles } from './pose/model.ts';
import type { PoseTracker, Sight } from './pose/tracker.ts';
import type { Take } from './read-file.ts';
import { countedRecorder, movementRecorder, type Recorder } from './recorder.ts';
import type { Show } from './show.ts';
import type { Stage } from './stage.ts';
import { type FilmState, filmStatus } from './status.ts';
import type { StreamForm, Teacher, TeacherSettings } from './teacher.ts';
import { drawingOf, watchFilm } from './watch-film.ts';

/** How takes are recorded. */
export type Recording = { readonly seconds: number } | { readonly movements: TeacherSettings };

/** The streams of the page, one at a time. */
export interface Streams {
  /** What is running. */
  readonly running: 'recordings' | 'film' | undefined;
  /** The joints of the stream. */
  readonly layout: StreamForm['layout'];
  /** Whether takes are recorded. */
  readonly isRecording: boolean;
  /** Plays recordings. */
  play(takes: readonly Take[]): void;
  /** Watches a camera or a video. @throws Error with one line that says why it cannot. */
  watch(open: () => Promise<Film>): Promise<void>;
  /** Records takes of the stream until they are complete, or `record` is called again. */
  record(how: Recording, onTake: (clip: Clip) => void): void;
  /** Replaces the model of poses. */
  setPoseModel(files: PoseFiles): Promise<void>;
  /** Stops the stream, and releases the models of poses, which belong to a backend. */
  release(): void;
  /** Stops the stream. */
  stop(): void;
}

/** What streams are connected with. */
export interface StreamsOptions {
  readonly teacher: Teacher;
  readonly stage: Stage;
  readonly show: Show;
  /** Called when a stream begins or ends, or recording does. */
  readonly onChange: () => void;
}

/** MediaPipe's landmarks as they come. */
const FILM_FORM: StreamForm = { layout: 'mediapipe-33', up: '-y' };

/** The streams of a page. */
export function createStreams({ teacher, stage, show, onChange }: StreamsOptions): Streams {
  let running: Streams['running'];
  let halt = (): void => undefined;
  let form: StreamForm = FILM_FORM;
  let recorder: Recorder | undefined;
  let tracker: PoseTracker | undefined;
  let chosen: PoseFiles | undefined;
  /** Counts streams: a late result of an earlier one is not shown. */
  let count = 0;

  const push = (frame: Frame, seconds: number): void => {
    recorder?.push(frame, seconds);
    const own = count;
    teacher.push(frame, seconds).then(
      (seen) => {
        if (seen !== undefined && own === count) show.seen(seen, teacher.report());
      },
      (error: unknown) => show.event(error instanceof Error ? error.message : String(error)),
    );
  };
  const begin = (kind: 'recordings' | 'film', stop: () => void): void => {
    [running, halt] = [kind, stop];
    count++;
    show.forget();
    onChange();
  };
  const end = (): void => {
    recorder?.stop();
    [running, halt] = [undefined, () => undefined];
    stage.draw(undefined);
    show.status('');
    show.playing(undefined);
    onChange();
  };
  const trackerNow = async (): Promise<PoseTracker> => {
    if (tracker !== undefined) return tracker;
    show.status('Loading the pose model, 9 MB …');
    // The converter of graph models is only needed here.
    const [{ createPoseTracker }, { shippedPoseModel }] = await Promise.all([
      import('./pose/tracker.ts'),
      import('./pose/shipped.ts'),
    ]);
    const [detector, pose] = await Promise.all([
      shippedPoseModel('blazepose-detector'),
      chosen ?? shippedPoseModel('blazepose-lite'),
    ]);
    tracker = await createPoseTracker({ detector, pose });
    return tracker;
  };
  const streams: Streams = {
    get running() {
      return running;
    },
    get layout() {
      return form.layout;
    },
    get isRecording() {
      return recorder !== undefined;
    },
    play(takes) {
      streams.stop();
      const stop = playTakes(takes, {
        async onBegin(take, index) {
          teacher.reset();
          form = { layout: take.layout, up: 'y' };
          show.playing(index);
          show.status(playStatus(take, index, takes.length));
          await teacher.setForm(form);
        },
        onFrame(frame, seconds, drawing) {
          stage.draw(drawing);
          push(frame, seconds);
        },
        onEnd(problem) {
          if (problem !== undefined) show.problem(problem);
          end();
        },
      });
      begin('recordings', stop);
    },
    async watch(open) {
      streams.stop();
      let film: Film | undefined;
      try {
        // The camera is asked for first: the press of the button allows it.
        film = await open();
        const found = await trackerNow();
        form = FILM_FORM;
        await teacher.setForm(form);
        teacher.reset();
        const following = followFilm(film, { stage, show, teacher, push });
        const stop = watchFilm(film, found, {
          ...following,
          onEnd(problem) {
            following.close();
            film?.close();
            stage.film(undefined);
            if (problem !== undefined) show.problem(problem);
            end();
          },
        });
        stage.film(film);
        begin('film', stop);
      } catch (error) {
        film?.close();
        show.status('');
        throw error;
      }
    },
    record(how, onTake) {
      if (recorder !== undefined) {
        recorder.stop();
        return;
      }
      const listener = {
        onTake,
        onCount: show.count,
        onEnd(problem?: string) {
          recorder = undefined;
          if (problem !== undefined) show.problem(problem);
          onChange();
        },
      };
      const source = { ...form, fps: teacher.fps };
      recorder =
        'seconds' in how
          ? countedRecorder(source, how.seconds, listener)
          : movementRecorder(source, how.movements, listener);
      onChange();
    },
    async setPoseModel(files) {
      const { openPoseModel } = await import('./pose/model.ts');
      const found = await openPoseModel(files);
      found.dispose();
      streams.release();
      chosen = files;
    },
    release() {
      streams.stop();
      tracker?.dispose();
      tracker = undefined;
    },
    stop: () => halt(),
  };
  return streams;
}

function playStatus({ name, persons }: Take, index: number, count: number): string {
  const people =
    persons > 1 ? `${persons} persons; the one who moves most is followed` : 'one person';
  return `Recording ${index + 1} of ${count}: ${name}, ${people}.`;
}

interface Following {
  readonly stage: Stage;
  readonly show: Show;
  readonly teacher: Teacher;
  readonly push: (frame: Frame, seconds: number) => void;
}

/** Draws a film and tells its state. */
function followFilm(film: Film, { stage, show, teacher, push }: Following) {
  let state: FilmState = {
    ...{ isHidden: document.hidden, isSeen: true, persons: 0, pace: undefined },
  };
  const change = (part: Partial<FilmState>): void => {
    state = { ...state, ...part };
    show.status(filmStatus(state));
  };
  const turned = (): void => {
    // What was before it does not belong together with what comes.
    teacher.reset();
    change({ isHidden: document.hidden });
  };
  document.addEventListener('visibilitychange', turned);
  return {
    onSight(sight: Sight, seconds: number): void {
      stage.draw(drawingOf(sight, film, mediapipe33.bones));
      push(sight.pose?.joints ?? [], seconds);
      change({ isSeen: sight.pose !== undefined, persons: sight.persons });
    },
    onPace: (pace: FilmState['pace']): void => change({ pace }),
    close: (): void => document.removeEventListener('visibilitychange', turned),
  };
}
