import * as tf from '@tensorflow/tfjs-core';
import type { BackendName } from '@halp/backend';
import { syntheticClasses } from '@halp/data';
import { FormatError } from '@halp/files';
import { encoderFromBytes } from '@halp/runs';
import type { Clip } from '@halp/skeleton';
import { startPageBackend } from '../backend.ts';
import { syntheticSource } from '../clip/clips.ts';
import { listenToDrops } from '../drops.ts';
import { element } from '../element.ts';
import type { NamedBytes } from '../encoder/model.ts';
import { find } from '../find.ts';
import { bytesOf } from '../limits.ts';
import { readInWorker } from '../reading/read-apart.ts';
import { isVideo, openCamera, openVideo } from './camera.ts';
import { shippedEncoder } from './encoder/shipped.ts';
import { readTeachFile, type Take, takeOf, type TeachFile } from './read-file.ts';
import { createShow } from './show.ts';
import { createStage } from './stage.ts';
import { createStreams } from './streams.ts';
import {
  createTeacher,
  expectSameLayout,
  type LessonTake,
  takesOfLesson,
  type TeacherSettings,
} from './teacher.ts';

/** Connects the page in `root` to its code. Returns a function that disconnects it. */
export async function startTeach(root: HTMLElement): Promise<() => void> {
  const form = find(root, 'form', HTMLFormElement);
  const stage = createStage(root);
  const show = createShow(root);
  const teacher = createTeacher(show.event);
  let recordings: readonly Take[] = [];
  let actions: readonly string[] = [];
  let action = '';
  let encoder: NamedBytes | undefined;
  let stopped = false;

  /** Runs one task at a time. Each reports its own error. */
  let last: Promise<void> = Promise.resolve();
  const inTurn = (task: () => Promise<void> | void): Promise<void> => {
    last = last.then(async () => {
      if (stopped) return;
      try {
        show.problem('');
        await task();
      } catch (error) {
        show.problem(error);
      }
      showAll();
    });
    return last;
  };
  const showAll = (): void => {
    show.recordings(recordings);
    show.actions({ actions, action, takes: teacher.takes });
    show.report(teacher.report(), teacher.takes);
    const { running, isRecording } = streams;
    const isTaught = teacher.takes.length > 0;
    show.buttons({
      ...{ camera: running === undefined, play: running === undefined && recordings.length > 0 },
      ...{ stop: running !== undefined, record: running === 'film' && action !== '' },
      ...{ movements: running !== undefined && action !== '' },
      ...{ take: running === undefined && recordings.length > 0, save: isTaught, clear: isTaught },
    });
    show.recording(isRecording);
  };
  const streams = createStreams({ teacher, stage, show, onChange: showAll });

  const openEncoder = async (file: NamedBytes): Promise<void> => {
    const { name, bytes } = file;
    const model = await encoderFromBytes(bytes, { name });
    try {
      await teacher.setModel(model);
    } catch (error) {
      model.dispose();
      throw error;
    }
    encoder = file;
    show.model(model, name);
  };
  /** Changes the backend; if this browser does not have it, the current one stays. */
  const change = async (name: BackendName): Promise<void> => {
    // The weights belong to a backend.
    streams.release();
    try {
      await startPageBackend(name);
    } catch (error) {
      find(root, `[value=${tf.getBackend()}]`, HTMLInputElement).checked = true;
      throw error;
    }
    if (encoder !== undefined) await openEncoder(encoder);
  };
  const addTakes = async (more: readonly LessonTake[]): Promise<void> => {
    const all = [...teacher.takes, ...more];
    expectSameLayout(all, more.length === 1 ? 'the take' : 'the takes');
    await teacher.setTakes(all);
    actions = [...new Set([...actions, ...all.map(({ label }) => label)])];
  };
  const use = async (file: Exclude<TeachFile, { readonly kind: 'graph' }>): Promise<void> => {
    if (file.kind === 'take') recordings = [...recordings, file.take];
    if (file.kind === 'encoder') {
      streams.stop();
      await openEncoder(file.file);
    }
    if (file.kind === 'lesson') {
      await teacher.setTakes(takesOfLesson(file.lesson), file.lesson.fps);
      actions = [...new Set(teacher.takes.map(({ label }) => label))];
      action = actions[0] ?? '';
    }
  };
  const read = (files: readonly File[]): void => {
    for (const file of files) {
      if (/\.bin$/i.test(file.name)) continue;
      void inTurn(async () => {
        if (isVideo(file)) {
          await streams.watch(() => openVideo(root, file));
          return;
        }
        const content = await readInWorker(file, { start: startReader, read: readTeachFile });
        if (content.kind === 'graph') {
          await streams.setPoseModel({ ...content, weights: await weightsOf(file.name, files) });
        } else {
          await use(content);
        }
      });
    }
  };
  /** A take of the stream, which goes on meanwhile. */
  const addClip = (clip: Clip): void => {
    const label = action;
    void inTurn(() => addTakes([{ label, clip, layout: streams.layout }]));
  };
  const take = async (): Promise<void> => {
    const takes = recordings.map(({ name, action: own, layout, clip }): LessonTake => {
      const label = action === '' ? own : action;
      if (label === undefined) {
        throw new RangeError(`expected an action for ${name}; name one, then take the recordings`);
      }
      return { label, layout, clip };
    });
    await addTakes(takes);
    recordings = [];
  };
  const save = (): void => {
    const url = URL.createObjectURL(
      new Blob([teacher.format('lesson')], { type: 'application/json' }),
    );
    element('a', { href: url, download: 'lesson.json' }).click();
    setTimeout(() => URL.revokeObjectURL(url), 10_000);
  };
  const clicks: Readonly<Record<string, () => Promise<void> | void>> = {
    camera: () => streams.watch(() => openCamera(root)),
    play: () => streams.play(recordings),
    stop: () => streams.stop(),
    record: () => streams.record({ seconds: Number(new FormData(form).get('seconds')) }, addClip),
    movements: () => streams.record({ movements: settingsOf(form) }, addClip),
    take,
    save,
    async clear() {
      await teacher.setTakes([]);
      show.forget();
    },
    synthetic() {
      const fields = new FormData(form);
      const number = (name: string): number => Number(fields.get(name));
      const facts = { action: number('synthetic'), subject: number('performer') };
      // Each next recording of a performer is by another camera.
      const camera = 1 + (recordings.length % 3);
      const { title, recording } = syntheticSource({ ...facts, camera });
      recordings = [...recordings, takeOf(title, recording)];
    },
  };

  form.addEventListener('submit', (event) => {
    event.preventDefault();
    const input = find(form, '[name=action]', HTMLInputElement);
    const name = input.value.trim();
    if (name === '') return;
    void inTurn(() => {
      action = name;
      if (!actions.includes(name)) actions = [...actions, name];
      input.value = '';
    });
  });
  form.addEventListener('input', ({ target }) => {
    if (target instanceof HTMLInputElement && target.name === 'start') show.start(target.value);
  });
  root.addEventListener('click', ({ target }) => {
    const button = target instanceof Element ? target.closest('button') : null;
    const { action: name = '', label, index } = button?.dataset ?? {};
    if (label !== undefined) {
      void inTurn(async () => {
        await teacher.setTakes(teacher.takes.filter((each) => each.label !== label));
        actions = actions.filter((each) => each !== label);
        if (action === label) action = '';
      });
    } else if (index !== undefined) {
      void inTurn(() => {
        recordings = recordings.filter((_, i) => String(i) !== index);
      });
    } else {
      const task = clicks[name];
      if (task !== undefined) void inTurn(task);
    }
  });
  root.addEventListener('change', ({ target }) => {
    if (target instanceof HTMLInputElement && target.name === 'file') {
      read([...(target.files ?? [])]);
      target.value = '';
    }
    if (target instanceof HTMLInputElement && target.name === 'chosen') {
      void inTurn(() => {
        action = target.value;
      });
    }
    if (target instanceof HTMLInputElement && target.name === 'backend') {
      const backend = target.value as BackendName;
      void inTurn(() => change(backend));
    }
    const name = target instanceof HTMLElement ? target.getAttribute('name') : null;
    if (!['spans', 'by', 'unknown', 'start'].includes(name ?? '')) return;
    void inTurn(() => teacher.setSettings(settingsOf(form)));
  });
  const stopDrops = listenToDrops(root, read);

  find(form, '[name=synthetic]', HTMLSelectElement).append(
    ...syntheticClasses.map((name, i) =>
      element('option', { value: String(i + 1), textContent: name }),
    ),
  );
  await inTurn(async () => {
    await startPageBackend('wasm');
    await openEncoder(await shippedEncoder());
  });
  root.dataset['ready'] = 'true';
  return () => {
    stopped = true;
    streams.release();
    stopDrops();
    void last.then(() => teacher.dispose());
  };
}

/** The weights of a graph model, which are in a second file. @throws FormatError if it was not dropped too. */
async function weightsOf(name: string, files: readonly File[]): Promise<ArrayBuffer> {
  const wanted = name.replace(/\.json$/i, '.bin');
  const file = files.find((each) => each.name === wanted);
  if (file === undefined) {
    throw new FormatError(
      name,
      `expected the weights of this model, ${wanted}, got none; drop both`,
    );
  }
  return (await bytesOf(file)).slice().buffer;
}

function settingsOf(form: HTMLFormElement): TeacherSettings {
  const fields = new FormData(form);
  return {
    spans: fields.get('spans') as TeacherSettings['spans'],
    by: fields.get('by') as TeacherSettings['by'],
    unknown: fields.has('unknown'),
    start: Number(fields.get('start')),
  };
}

function startReader(): Worker {
  return new Worker(new URL('./read-worker.ts', import.meta.url), { type: 'module' });
}
