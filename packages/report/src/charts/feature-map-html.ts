import type { FeatureMap, MapPoint } from '../feature-map.ts';
import { escapeHtml } from '../format.ts';
import { classMark } from './class-mark.ts';

const SIDE = 480;
const MARGIN = 10;

/**
 * A feature map as HTML: the points (filled if the prediction is right or unknown, hollow if it is wrong)
 * and a list of classes; the selected class is highlighted, without a script.
 *
 * @param id - distinguishes the maps of a page.
 * @param caption - HTML that is already safe.
 */
export function featureMapHtml(map: FeatureMap, id: string, caption: string): string {
  const shown = map.classes
    .map((name, label) => ({
      name,
      label,
      points: map.points.filter((point) => point.label === label),
    }))
    .filter(({ points }) => points.length > 0);
  const height = SIDE * Math.max(...map.points.map(({ y }) => y));
  const size = `${SIDE + 2 * MARGIN} ${Math.ceil(height) + 2 * MARGIN}`;
  // Colours are set on the group: content of <use> inherits them, but style rules do not apply inside it.
  const groups = shown.map(
    ({ name, label, points }) =>
      `<g data-class="${label}" ${coloursOf(label)}><title>${escapeHtml(name)}</title>` +
      `${points.map((point) => pointHtml(point, map, id)).join('')}</g>`,
  );
  const choices = shown.map(({ name, label, points }) =>
    choiceHtml(
      id,
      String(label),
      `${sampleHtml(label)}<span>${escapeHtml(name)} <small>${points.length}</small></span>`,
    ),
  );
  return [
    `<figure class="card map"><figcaption>${caption}</figcaption><div class="map-body">`,
    `<div class="chart"><svg viewBox="0 0 ${size}" role="img" aria-label="Features of ${map.points.length} clips on a plane, by class">`,
    `<defs>${shown.map(({ label }) => marksHtml(label, id)).join('')}</defs>`,
    ...groups,
    '</svg></div>',
    `<fieldset class="chart"><legend>Class</legend>${choiceHtml(id, 'all', 'all', true)}${choices.join('')}</fieldset>`,
    '</div></figure>',
  ].join('\n');
}

/** Style rules that highlight the selected one of `classes` classes. */
export function featureMapRules(classes: number): string {
  return Array.from(
    { length: classes },
    (_, i) =>
      `.map:has(input[value="${i}"]:checked) g[data-class]:not([data-class="${i}"]){opacity:.07}`,
  ).join('\n');
}

/** Caption of a map: what it shows and how it was computed. */
export function featureMapText({ points, clips, neighbours, minDistance }: FeatureMap): string {
  const chosen = points.length === clips ? `${clips}` : `${points.length} of ${clips}`;
  const wrong = points.some(({ prediction }) => prediction !== undefined);
  return [
    `UMAP of ${chosen} test clips, cosine distance`,
    `${neighbours} neighbours, minimum distance ${minDistance}`,
    ...(wrong ? ['hollow: wrong prediction of kNN'] : []),
  ].join(' · ');
}

function pointHtml({ x, y, label, prediction }: MapPoint, map: FeatureMap, id: string): string {
  const [left, top] = [x, y].map((value) => (MARGIN + SIDE * value).toFixed(1));
  const isWrong = prediction !== undefined && prediction !== label;
  const place = `x="${left}" y="${top}"`;
  if (!isWrong) return `<use href="#${id}-${label}" ${place}/>`;
  const words = `${map.classes[label] ?? label}, predicted as ${map.classes[prediction] ?? prediction}`;
  return `<use href="#${id}-${label}w" ${place}><title>${escapeHtml(words)}</title></use>`;
}

function coloursOf(label: number): string {
  const { light } = classMark(label).colour;
  return `fill="${light}" stroke="${light}"`;
}

function marksHtml(label: number, id: string): string {
  const { shape } = classMark(label);
  return (
    `<path id="${id}-${label}" d="${shape}" stroke="none" fill-opacity="0.8"/>` +
    `<path id="${id}-${label}w" d="${shape}" fill="none" stroke-width="1.4"/>`
  );
}

function sampleHtml(label: number): string {
  const { colour, shape } = classMark(label);
  return `<svg viewBox="-6 -6 12 12" aria-hidden="true"><path d="${shape}" fill="${colour.light}"/></svg>`;
}

function choiceHtml(id: string, value: string, words: string, checked = false): string {
  const input = `<input type="radio" name="${id}" value="${value}"${checked ? ' checked' : ''}>`;
  return `<label>${input}${words}</label>`;
}
