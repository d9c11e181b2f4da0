import { compilePipeline, type Pipeline } from '@halp/augment';
import { syntheticClasses } from '@halp/data';
import { createRandom } from '@halp/random';
import { type LayoutName, layoutOf, type Stream, streamOfClip } from '@halp/skeleton';
import { player, type PlayerClip } from '@halp/viewer';
import { listenToDrops } from '../drops.ts';
import { element } from '../element.ts';
import { find } from '../find.ts';
import { pageLink } from '../link/page-link.ts';
import { playerFrame } from '../player-frame.ts';
import { readInWorker } from '../reading/read-apart.ts';
import { clipOf, factsOf, layoutOfShown, type Shown, syntheticSource } from './clips.ts';
import { expectStepsFit, parseSteps, pipelineNamed, stepsForLayout } from './pipelines.ts';
import { readClipFile } from './read-file.ts';
import { stepsEditor } from './steps-editor.ts';

/** Connects the page in `root` to its code. Returns a function that disconnects it. */
export function startClip(root: HTMLElement): () => void {
  const form = find(root, 'form', HTMLFormElement);
  const frame = playerFrame(find(root, 'iframe', HTMLIFrameElement));
  const steps = find(root, '[data-part=steps]', HTMLElement);
  const action = find(form, '[name=action]', HTMLSelectElement);
  const chooser = find(form, '[name=pipeline]', HTMLSelectElement);
  let pipeline: Pipeline = [];
  let dropped: Shown | undefined;
  let timer = 0;
  let latest = 0;
  /** Shows the file that was dropped last, even if an earlier one takes longer to read. */
  let reading = 0;

  action.append(
    ...syntheticClasses.map((name, i) =>
      element('option', { value: String(i + 1), textContent: name }),
    ),
  );
  const write = (part: string, text: string): void => {
    find(root, `[data-part=${part}]`, HTMLElement).textContent = text;
  };
  const layoutNow = (): LayoutName =>
    dropped === undefined ? 'kinect-v2' : layoutOfShown(dropped);
  const show = async (): Promise<void> => {
    latest += 1;
    const mine = latest;
    try {
      const choice = choiceOf(form);
      const shown = dropped ?? syntheticSource(choice);
      const clips = await viewsOf(shown, pipeline, choice);
      if (mine !== latest) return;
      const title = `${shown.title}, ${choice.stream} stream`;
      const up = choice.normalised ? 'z' : 'y';
      frame.show(player(clips, layoutOf(layoutNow()), { title, up }), clips.length);
      write('facts', `${shown.title}: ${factsOf(shown)}.`);
      write('pipeline', JSON.stringify(pipeline, null, 2));
      write('problem', '');
    } catch (error) {
      write('problem', error instanceof Error ? error.message : String(error));
    }
  };
  /** A slider emits many values per second; only the last one is played. */
  const soon = (): void => {
    clearTimeout(timer);
    timer = window.setTimeout(() => void show(), 120);
  };
  const edit = (next: Pipeline): void => {
    pipeline = next;
    const editor = stepsEditor(next, layoutNow(), (changed) => {
      pipeline = changed;
      chooser.value = 'own';
      soon();
      link.save();
    });
    steps.replaceChildren(editor);
  };
  /** Shows a dropped file, or the synthetic clip that is chosen, with controls for its layout. */
  const setDropped = (shown: Shown | undefined): void => {
    const before = layoutNow();
    dropped = shown;
    form.dataset['source'] = shown === undefined ? 'synthetic' : 'file';
    write('file', shown?.title ?? '');
    if (layoutNow() === before) return;
    edit(pipelineNamed(chooser.value, layoutNow()) ?? stepsForLayout(pipeline, layoutNow()));
  };
  const link = pageLink(root, {
    form,
    names: ['action', 'subject', 'camera', 'normalised', 'stream', 'views', 'seed', 'pipeline'],
    others: {
      steps: {
        field: { kind: 'text', check: (text) => void parseSteps(text, 'kinect-v2') },
        get: () => (chooser.value === 'own' ? JSON.stringify(pipeline) : undefined),
        set(text) {
          const own = text === undefined ? undefined : parseSteps(text, 'kinect-v2');
          if (chooser.value === 'own' && own === undefined) chooser.value = 'halp';
          edit(pipelineNamed(chooser.value, layoutNow()) ?? stepsForLayout(own ?? [], layoutNow()));
        },
      },
    },
    onChange() {
      setDropped(undefined);
      soon();
    },
    leftOut: () => (dropped === undefined ? undefined : `The file ${dropped.title}`),
  });
  const read = async (file: File): Promise<void> => {
    reading += 1;
    const mine = reading;
    try {
      const shown = await readInWorker(file, { start: startReader, read: readClipFile });
      if (mine !== reading) return;
      setDropped(shown);
    } catch (error) {
      if (mine === reading) {
        write('problem', error instanceof Error ? error.message : String(error));
      }
      return;
    }
    await show();
  };

  chooser.addEventListener('change', () => {
    const named = pipelineNamed(chooser.value, layoutNow());
    if (named !== undefined) edit(named);
  });
  form.addEventListener('submit', (event) => event.preventDefault());
  form.addEventListener('input', ({ target }) => {
    const name = target instanceof HTMLElement ? target.getAttribute('name') : null;
    if (['action', 'subject', 'camera'].includes(name ?? '')) {
      reading += 1;
      setDropped(undefined);
    }
    if (name === 'file') return;
    soon();
    link.save();
  });
  find(root, '[data-action=synthetic]', HTMLButtonElement).addEventListener('click', () => {
    reading += 1;
    setDropped(undefined);
    soon();
  });
  find(form, '[name=file]', HTMLInputElement).addEventListener('change', ({ target }) => {
    const [file] = (target as HTMLInputElement).files ?? [];
    if (file !== undefined) void read(file);
  });
  find(root, '[data-action=again]', HTMLButtonElement).addEventListener('click', () => {
    const seed = find(form, '[name=seed]', HTMLInputElement);
    seed.value = String((Number(seed.value) + 1) % (Number(seed.max) + 1));
    soon();
    link.save();
  });
  const stopDrops = listenToDrops(root, ([file]) => {
    if (file !== undefined) void read(file);
  });
  void show().then(() => (root.dataset['ready'] = 'true'));
  return () => {
    frame.stop();
    stopDrops();
    link.stop();
    clearTimeout(timer);
  };
}

interface Choice {
  readonly action: number;
  readonly subject: number;
  readonly camera: number;
  readonly normalised: boolean;
  readonly stream: Stream;
  readonly views: number;
  readonly seed: number;
}

/** @throws RangeError if the seed is not a whole number in the range of its field. */
function choiceOf(form: HTMLFormElement): Choice {
  const seed = find(form, '[name=seed]', HTMLInputElement);
  if (!seed.validity.valid || seed.value === '') {
    throw new RangeError(`expected a seed from 0 to ${seed.max}, got ${seed.value || 'none'}`);
  }
  const fields = new FormData(form);
  const number = (name: string): number => Number(fields.get(name));
  return {
    action: number('action'),
    subject: number('subject'),
    camera: number('camera'),
    normalised: fields.has('normalised'),
    stream: fields.get('stream') as Stream,
    views: number('views'),
    seed: number('seed'),
  };
}

/** The clip and its views in the chosen stream, with their captions. */
async function viewsOf(
  shown: Shown,
  pipeline: Pipeline,
  { normalised, stream, views, seed }: Choice,
): Promise<readonly PlayerClip[]> {
  const layout = layoutOfShown(shown);
  expectStepsFit(pipeline, layout);
  const clip = clipOf(shown, normalised);
  const transform = await compilePipeline(pipeline);
  const rng = createRandom(seed);
  const made = Array.from({ length: views }, (_, view) => ({
    clip: transform(clip, rng.fork('view', view)),
    caption: views === 1 ? 'a view' : view === 0 ? 'a view, the query' : 'another, the key',
  }));
  return [{ clip, caption: 'the clip' }, ...made].map((each) => ({
    ...each,
    clip: streamOfClip(each.clip, stream, layoutOf(layout)),
  }));
}

function startReader(): Worker {
  return new Worker(new URL('./read-worker.ts', import.meta.url), { type: 'module' });
}
