import { syntheticClasses } from '@halp/data';
import type { Answer } from './answer.ts';
import { exhibitText, type Gallery } from './gallery.ts';
import { placesOn } from './plane.ts';

const WIDTH = 640;
const HEIGHT = 480;
const MARGIN = 16;

/** The content of a map. */
export interface MapView {
  readonly gallery: Gallery;
  readonly answer: Answer;
  /** The step up to which the clip is shown. */
  readonly step: number;
}

/** The gallery and the path of a clip through it, as the content of an SVG element of 640 x 480. */
export function drawMap({ gallery, answer, step }: MapView): string {
  const places = placesOn(gallery.plane, gallery.features);
  const path = answer.moments.flatMap(({ place }) => (place === undefined ? [] : [place]));
  const at = scaleOf([...places, ...path]);
  const now = answer.moments[step];
  const near = new Set(now?.neighbours.map(({ row }) => row));
  const named = now?.classes[0]?.name ?? now?.votes[0]?.name;
  const points = places.map((place, row) => {
    const exhibit = gallery.exhibits[row];
    if (exhibit === undefined) return '';
    const isNamed = syntheticClasses[exhibit.label] === named;
    const kinds = [isNamed ? 'named' : 'other', ...(near.has(row) ? ['near'] : [])].join(' ');
    const [x, y] = at(place);
    const mark = `<circle class="${kinds}" cx="${x}" cy="${y}" r="${near.has(row) ? 5 : 3.5}">`;
    return { isNamed, text: `${mark}<title>${exhibitText(exhibit)}</title></circle>` };
  });
  // The named ones last, so that they are drawn on top.
  const marks = points.filter((point) => point !== '');
  const circles = [
    ...marks.filter((each) => !each.isNamed),
    ...marks.filter((each) => each.isNamed),
  ];
  const line = (from: number, to: number, kind: string): string => {
    const corners = path.slice(from, to + 1).map((place) => at(place).join(','));
    return `<polyline class="${kind}" points="${corners.join(' ')}"/>`;
  };
  const dots = path.map((place, i) => {
    const [x, y] = at(place);
    return `<circle class="step${i <= step ? '' : ' ahead'}" cx="${x}" cy="${y}" r="2"/>`;
  });
  const [x, y] = at(path[step] ?? [0, 0]);
  return [
    ...circles.map(({ text }) => text),
    line(step, path.length - 1, 'path ahead'),
    line(0, step, 'path'),
    ...dots,
    `<circle class="head" cx="${x}" cy="${y}" r="7"/>`,
  ].join('');
}

type Place = readonly [number, number];

/** Maps positions to the picture so that all fit, with the same scale on both axes. */
function scaleOf(places: readonly Place[]): (place: Place) => readonly [string, string] {
  const ends = [0, 1].map((axis) => {
    const values = places.map((place) => place[axis as 0 | 1]);
    return [Math.min(...values), Math.max(...values)] as const;
  }) as [Place, Place];
  const [[left, right], [low, high]] = ends;
  const scale = Math.min(
    (WIDTH - 2 * MARGIN) / (right - left || 1),
    (HEIGHT - 2 * MARGIN) / (high - low || 1),
  );
  return ([x, y]) => [
    (WIDTH / 2 + scale * (x - (left + right) / 2)).toFixed(1),
    (HEIGHT / 2 - scale * (y - (low + high) / 2)).toFixed(1),
  ];
}
