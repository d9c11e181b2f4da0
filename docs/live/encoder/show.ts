import { syntheticClasses } from '@halp/data';
import { countParams } from '@halp/nn';
import { type ClassProbability, recordingForRecipe } from '@halp/recipes';
import { filmstrip, player } from '@halp/viewer';
import { element } from '../element.ts';
import { find } from '../find.ts';
import type { PlayerFrame } from '../player-frame.ts';
import type { Answer, Moment } from './answer.ts';
import { type Exhibit, exhibitText, type Gallery } from './gallery.ts';
import { drawMap } from './map.ts';
import type { Model, ModelFiles } from './model.ts';
import { outsideText } from './outside.ts';
import { steps } from './prefixes.ts';
import { shippedResults } from './shipped.ts';
import type { Timing } from './timing.ts';

/** Sets the text of a part of the page. */
export function write(root: HTMLElement, part: string, text: string): void {
  find(root, `[data-part=${part}]`, HTMLElement).textContent = text;
}

/** Describes the encoder. */
export function showModel(root: HTMLElement, model: Model, { encoder }: ModelFiles): void {
  const { recipe, manifest, epoch, stream, classifier } = model;
  const isShipped = encoder.name === 'encoder.safetensors' && recipe.name === 'synthetic-halp';
  write(
    root,
    'model',
    `${recipe.name}: ${recipe.encoder.kind}, ${countParams(model.encoder.params).toLocaleString('en')} parameters, ` +
      `${stream} stream, ${epoch} epochs, seed ${manifest.seed}. ` +
      (classifier === undefined
        ? 'No classifier: halp evaluate linear writes one to classifiers/ in the run folder; drop it too.'
        : `Classifier of ${classifier.classes.length} classes (${classifier.origin}).`) +
      (isShipped ? ` Measured after training: ${shippedResults()}.` : ''),
  );
  write(root, 'manifest', JSON.stringify(manifest, null, 2));
}

/** Adds the time per clip on a backend to those measured before. */
export function showTiming(root: HTMLElement, backend: string, timing: Timing): void {
  const { first, median, count } = timing;
  write(
    root,
    `time-${backend}`,
    `${median.toFixed(1)} ms per clip (median of ${count}; the first ${first.toFixed(0)} ms)`,
  );
}

/** Plays the clip and its nearest clips. */
export function showClips(
  root: HTMLElement,
  frame: PlayerFrame,
  { model, answer, gallery }: { model: Model; answer: Answer; gallery: Gallery | undefined },
): void {
  const { recipe, layout } = model;
  const { query, clip, moments } = answer;
  const up = recipe.data.axes === 'camera' ? 'y' : 'z';
  const strip = find(root, '[data-part=strip] img', HTMLImageElement);
  const frames = strip.clientWidth < 520 ? 4 : 8;
  // An image, so that its colours follow the site's theme.
  const svg = filmstrip(clip, layout, { frames, up, title: query.title });
  strip.src = `data:image/svg+xml,${encodeURIComponent(svg)}`;
  strip.alt = `Frames of the clip ${query.title}`;
  const near = (moments.at(-1)?.neighbours ?? []).slice(0, 2).map(({ row, similarity }) => {
    const exhibit = gallery?.exhibits[row] as Exhibit;
    return {
      clip: recordingForRecipe(recipe, exhibit.recording, {
        path: exhibit.name,
        trained: model.trained,
      }).clip,
      caption: `${exhibitText(exhibit)}, cosine ${similarity.toFixed(3)}`,
    };
  });
  const clips = [{ clip, caption: query.title }, ...near];
  const title = near.length === 0 ? query.title : `${query.title}, and the nearest`;
  frame.show(player(clips, layout, { title, up }), clips.length);
  write(root, 'outside', (gallery && outsideText(answer, gallery, model)) ?? '');
}

/** Shows the result for the clip after some of its frames. */
export function showMoment(
  root: HTMLElement,
  { answer, gallery, step }: { answer: Answer; gallery: Gallery | undefined; step: number },
): void {
  const moment = answer.moments[step] as Moment;
  const { truth } = answer.query;
  write(root, 'seen', `${moment.frames} of ${answer.clip.shape[1]} frames`);
  find(root, '[data-part=strip]', HTMLElement).style.setProperty(
    '--seen',
    String((step + 1) / steps),
  );
  bars(root, 'classes', moment.classes.slice(0, 5), truth);
  bars(root, 'votes', moment.votes.slice(0, 5), truth);
  const map = find(root, '[data-part=map]', SVGElement);
  if (gallery !== undefined) {
    map.innerHTML = drawMap({ gallery, answer, step });
    const [first, second] = gallery.plane.explained;
    write(root, 'explained', `${(100 * (first + second)).toFixed(0)} %`);
    const named = moment.classes[0]?.name ?? moment.votes[0]?.name ?? '';
    map.setAttribute(
      'aria-label',
      `A map of ${gallery.labels.length} clips, and the path of this one through it. ` +
        `After ${moment.frames} frames it is classified as ${named}.`,
    );
    write(root, 'named', syntheticClasses.includes(named) ? named : `${named}, not in the gallery`);
  }
  write(root, 'numbers', JSON.stringify(numbersOf(answer, gallery, step)));
}

function bars(
  root: HTMLElement,
  part: string,
  classes: readonly ClassProbability[],
  truth: string | undefined,
): void {
  find(root, `[data-part=${part}]`, HTMLElement).replaceChildren(
    ...classes.map(({ name, probability }) => {
      const bar = element('i');
      bar.style.setProperty('--share', String(probability));
      const right = name === truth;
      return element(
        'li',
        { className: right ? 'right' : '' },
        element('span', { textContent: right ? `${name} ✓` : name }),
        element('b', { textContent: percentText(probability) }),
        bar,
      );
    }),
  );
}

function percentText(probability: number): string {
  return probability > 0 && probability < 0.005 ? '< 1 %' : `${(100 * probability).toFixed(0)} %`;
}

/** The result in one sentence, for screen readers. */
export function spokenText({ query, moments }: Answer, step: number): string {
  const { frames, classes, votes } = moments[step] as Moment;
  const said = (of: string, [first]: readonly ClassProbability[]): string =>
    first === undefined ? '' : ` ${of}: ${first.name}, ${percentText(first.probability)}.`;
  return (
    `${query.title}, after ${frames} frames.` +
    said('Linear classifier', classes) +
    said('Nearest clips', votes)
  );
}

/** All results as JSON, so that they can be recomputed. */
function numbersOf(answer: Answer, gallery: Gallery | undefined, step: number): object {
  const { frames, feature, classes, neighbours } = answer.moments[step] as Moment;
  return {
    clip: answer.query.title,
    frames,
    feature: [...feature],
    classes: Object.fromEntries(classes.map(({ name, probability }) => [name, probability])),
    nearest: neighbours.map(({ row, similarity }) => ({
      name: gallery?.exhibits[row]?.name,
      similarity,
    })),
  };
}
