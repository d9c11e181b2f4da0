import * as tf from '@tensorflow/tfjs-core';
import type { BackendName } from '@halp/backend';
import { syntheticClasses } from '@halp/data';
import { createRandom } from '@halp/random';
import { announcer } from '../announce.ts';
import { startPageBackend } from '../backend.ts';
import { syntheticSource } from '../clip/clips.ts';
import { listenToDrops } from '../drops.ts';
import { element } from '../element.ts';
import { find } from '../find.ts';
import { pageLink } from '../link/page-link.ts';
import { playerFrame } from '../player-frame.ts';
import { type Answer, ask, type Query } from './answer.ts';
import { type Dropped, readDropped } from './dropped.ts';
import { type Gallery, makeExhibits, makeGallery } from './gallery.ts';
import { type Model, type ModelFiles, openModel } from './model.ts';
import { shippedFiles } from './shipped.ts';
import { showClips, showModel, showMoment, showTiming, spokenText, write } from './show.ts';
import { timeOf } from './timing.ts';

/** The backends that a browser can have. */
const backends: readonly BackendName[] = ['wasm', 'webgl', 'webgpu'];

/** Connects the page in `root` to its code. Returns a function that disconnects it. */
export async function startEncoder(root: HTMLElement): Promise<() => void> {
  const form = find(root, 'form', HTMLFormElement);
  const slider = find(form, '[name=step]', HTMLInputElement);
  const frame = playerFrame(find(root, 'iframe', HTMLIFrameElement));
  const { say, stop: stopSaying } = announcer(root);
  const shipped = await shippedFiles();
  let files: ModelFiles = shipped;
  let model: Model | undefined;
  let gallery: Gallery | undefined;
  let answer: Answer | undefined;
  let dropped: Query | undefined;
  let stopped = false;

  const action = find(form, '[name=action]', HTMLSelectElement);
  action.append(
    ...syntheticClasses.map((name, i) =>
      element('option', { value: String(i + 1), textContent: name }),
    ),
  );
  action.value = '7';

  /** Runs one task at a time, since tasks replace the backend and the encoder. Each task reports its own error. */
  let last: Promise<void> = Promise.resolve();
  const inTurn = (task: () => Promise<void>): Promise<void> => {
    last = last.then(async () => {
      if (stopped) return;
      write(root, 'problem', '');
      try {
        await task();
      } catch (error) {
        write(root, 'problem', error instanceof Error ? error.message : String(error));
      }
    });
    return last;
  };
  const render = (): void => {
    if (answer === undefined) return;
    const step = Number(slider.value) - 1;
    showMoment(root, { answer, gallery, step });
    say(spokenText(answer, step));
  };
  const answerNow = async (): Promise<void> => {
    if (model === undefined) return;
    answer = await ask(model, dropped ?? chosen(form), gallery);
    showClips(root, frame, { model, answer, gallery });
    render();
  };
  /** Replaces the encoder by that of the files. If they are invalid, the current encoder stays. */
  const open = async (next: ModelFiles): Promise<void> => {
    const opened = await openModel(next);
    model?.encoder.dispose();
    [model, files] = [opened, next];
    showModel(root, model, next);
  };
  const fillGallery = async (): Promise<void> => {
    if (model === undefined) return;
    const progress = find(root, 'progress', HTMLProgressElement);
    find(root, '.waiting', HTMLElement).hidden = false;
    const exhibits =
      gallery?.exhibits ??
      (await makeExhibits((done, all) => {
        progress.value = done / all;
      }));
    gallery = undefined;
    gallery = await makeGallery(model, exhibits);
    find(root, '.waiting', HTMLElement).hidden = true;
  };
  const change = async (name: BackendName): Promise<void> => {
    // The encoder is rebuilt on the new backend, since its variables belong to the old one.
    await startPageBackend(name);
    await open(files);
  };
  const checkedBackend = (): BackendName => {
    return new FormData(form).get('backend') as BackendName;
  };
  /** Starts the checked backend. If this browser does not have it, checks and starts the one before. */
  const changeToChecked = async (): Promise<void> => {
    const name = checkedBackend();
    if (model !== undefined && name === tf.getBackend()) return;
    try {
      await change(name);
    } catch (error) {
      const before = model === undefined ? 'wasm' : (tf.getBackend() as BackendName);
      find(form, `[value=${before}]`, HTMLInputElement).checked = true;
      if (model === undefined) await change(before);
      write(root, 'problem', error instanceof Error ? error.message : String(error));
    }
  };
  /** Times the clip on each backend, and starts the checked one again. */
  const measure = async (): Promise<void> => {
    for (const name of backends) {
      write(root, `time-${name}`, 'measuring …');
      try {
        await change(name);
        if (model === undefined || answer === undefined) return;
        showTiming(root, name, await timeOf(model, answer.clip));
      } catch {
        write(root, `time-${name}`, 'not in this browser');
      }
    }
    await change(checkedBackend());
  };
  const use = async ({ query, files: given }: Dropped): Promise<void> => {
    if (query !== undefined) dropped = query;
    if (given !== undefined) {
      const next =
        given.encoder === undefined ? { ...files, ...given } : { ...given, encoder: given.encoder };
      await open(next);
      if (given.encoder !== undefined) await fillGallery();
    }
    await answerNow();
  };
  const read = (list: readonly File[]): void =>
    void inTurn(async () => use(await readDropped(list)));

  form.addEventListener('submit', (event) => event.preventDefault());
  form.addEventListener('input', ({ target }) => {
    const name = target instanceof HTMLElement ? target.getAttribute('name') : null;
    if (name === 'step') render();
    if (name !== 'file') link.save();
    if (!['action', 'subject', 'camera'].includes(name ?? '')) return;
    dropped = undefined;
    void inTurn(answerNow);
  });
  form.addEventListener('change', ({ target }) => {
    if (!(target instanceof HTMLInputElement)) return;
    if (target.name === 'file') read([...(target.files ?? [])]);
    if (target.name === 'backend') {
      void inTurn(async () => {
        await changeToChecked();
        link.save();
        await answerNow();
      });
    }
  });
  find(root, '[data-action=measure]', HTMLButtonElement).addEventListener('click', () => {
    void inTurn(measure);
  });
  const rng = createRandom(0);
  find(root, '[data-action=another]', HTMLButtonElement).addEventListener('click', () => {
    action.value = String(1 + rng.integer(syntheticClasses.length));
    find(form, '[name=subject]', HTMLSelectElement).selectedIndex = rng.integer(5);
    find(form, '[name=camera]', HTMLSelectElement).selectedIndex = rng.integer(3);
    dropped = undefined;
    link.save();
    void inTurn(answerNow);
  });
  const link = pageLink(root, {
    form,
    names: ['action', 'subject', 'camera', 'step', 'backend'],
    onChange() {
      dropped = undefined;
      void inTurn(async () => {
        await changeToChecked();
        await answerNow();
      });
    },
    leftOut: () => leftOutOf(dropped, files !== shipped),
  });
  const stopDrops = listenToDrops(root, read);

  void inTurn(async () => {
    await changeToChecked();
    await answerNow();
    await fillGallery();
    await answerNow();
  }).then(() => (root.dataset['ready'] = 'true'));
  return () => {
    stopped = true;
    frame.stop();
    stopDrops();
    stopSaying();
    link.stop();
    void last.then(() => model?.encoder.dispose());
  };
}

function leftOutOf(query: Query | undefined, isOwnModel: boolean): string | undefined {
  const clip = query === undefined ? [] : [`the file ${query.title}`];
  const parts = [...clip, ...(isOwnModel ? ['the dropped encoder or classifier'] : [])];
  const text = parts.join(' and ');
  return text === '' ? undefined : text.replace(/^t/, 'T');
}

/** The chosen synthetic clip. */
function chosen(form: HTMLFormElement): Query {
  const fields = new FormData(form);
  const number = (name: string): number => Number(fields.get(name));
  const choice = {
    action: number('action'),
    subject: number('subject'),
    camera: number('camera'),
  };
  const truth = syntheticClasses[choice.action - 1];
  return { ...syntheticSource(choice), ...(truth === undefined ? {} : { truth }) };
}
