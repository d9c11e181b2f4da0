import {
  aimclrEvaluationView,
  aimclrExtremeView,
  aimclrNormalView,
  centreView,
  compilePipeline,
  downstreamView,
  halpPretrainView,
  type Pipeline,
} from '@halp/augment';
import { syntheticClasses } from '@halp/data';
import { FormatError } from '@halp/files';
import { createRandom } from '@halp/random';
import { kinectV2, type Stream, streamOfClip } from '@halp/skeleton';
import { player, type PlayerClip } from '@halp/viewer';
import { listenToDrops } from '../drops.ts';
import { element } from '../element.ts';
import { find } from '../find.ts';
import { playerFrame } from '../player-frame.ts';
import { readApart } from '../reading/read-apart.ts';
import { clipOf, factsOf, type Source, syntheticSource } from './clips.ts';
import { stepsEditor } from './steps-editor.ts';

const pipelines: Readonly<Record<string, Pipeline>> = {
  halp: halpPretrainView(),
  'aimclr-normal': aimclrNormalView(),
  'aimclr-extreme': aimclrExtremeView(),
  'aimclr-evaluation': aimclrEvaluationView(),
  downstream: downstreamView(),
  centre: centreView(),
  none: [],
};

/** Connects the page in `root` to its code. Returns a function that disconnects it. */
export function startClip(root: HTMLElement): () => void {
  const form = find(root, 'form', HTMLFormElement);
  const frame = playerFrame(find(root, 'iframe', HTMLIFrameElement));
  const steps = find(root, '[data-part=steps]', HTMLElement);
  const action = find(form, '[name=action]', HTMLSelectElement);
  const chooser = find(form, '[name=pipeline]', HTMLSelectElement);
  let pipeline: Pipeline = [];
  let dropped: Source | undefined;
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
  const show = async (): Promise<void> => {
    latest += 1;
    const mine = latest;
    const choice = choiceOf(form);
    try {
      const source = dropped ?? syntheticSource(choice);
      const clips = await viewsOf(source, pipeline, choice);
      if (mine !== latest) return;
      const title = `${source.title}, ${choice.stream} stream`;
      const up = choice.normalised ? 'z' : 'y';
      frame.show(player(clips, kinectV2, { title, up }), clips.length);
      write('facts', `${source.title}: ${factsOf(source, clipOf(source, false))}.`);
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
    const editor = stepsEditor(next, (changed) => {
      pipeline = changed;
      chooser.value = 'own';
      soon();
    });
    steps.replaceChildren(editor);
  };
  const read = async (file: File): Promise<void> => {
    reading += 1;
    const mine = reading;
    try {
      const read = await readApart(file);
      if (mine !== reading) return;
      if (read.kind !== 'recording') {
        throw new FormatError(file.name, 'expected a .skeleton file, got a .safetensors file');
      }
      dropped = read.source;
      form.dataset['source'] = 'file';
    } catch (error) {
      if (mine === reading) {
        write('problem', error instanceof Error ? error.message : String(error));
      }
      return;
    }
    await show();
  };

  chooser.addEventListener('change', () => {
    const named = pipelines[chooser.value];
    if (named !== undefined) edit(named);
  });
  form.addEventListener('submit', (event) => event.preventDefault());
  form.addEventListener('input', ({ target }) => {
    const name = target instanceof HTMLElement ? target.getAttribute('name') : null;
    if (['action', 'subject', 'camera'].includes(name ?? '')) {
      reading += 1;
      dropped = undefined;
      form.dataset['source'] = 'synthetic';
    }
    if (name !== 'file') soon();
  });
  find(form, '[name=file]', HTMLInputElement).addEventListener('change', ({ target }) => {
    const [file] = (target as HTMLInputElement).files ?? [];
    if (file !== undefined) void read(file);
  });
  find(root, '[data-action=again]', HTMLButtonElement).addEventListener('click', () => {
    const seed = find(form, '[name=seed]', HTMLInputElement);
    seed.value = String(Number(seed.value) + 1);
    soon();
  });
  const stopDrops = listenToDrops(root, ([file]) => {
    if (file !== undefined) void read(file);
  });
  edit(pipelines[chooser.value] ?? []);
  void show().then(() => (root.dataset['ready'] = 'true'));
  return () => {
    frame.stop();
    stopDrops();
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

function choiceOf(form: HTMLFormElement): Choice {
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
  source: Source,
  pipeline: Pipeline,
  { normalised, stream, views, seed }: Choice,
): Promise<readonly PlayerClip[]> {
  const clip = clipOf(source, normalised);
  const transform = await compilePipeline(pipeline);
  const rng = createRandom(seed);
  const made = Array.from({ length: views }, (_, view) => ({
    clip: transform(clip, rng.fork('view', view)),
    caption: views === 1 ? 'a view' : view === 0 ? 'a view, the query' : 'another, the key',
  }));
  return [{ clip, caption: 'the clip' }, ...made].map((each) => ({
    ...each,
    clip: streamOfClip(each.clip, stream, kinectV2),
  }));
}
