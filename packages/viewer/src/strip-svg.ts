import type { Vector } from './clip-points.ts';
import { pageColours, personColourCount, personColours } from './colours.ts';
import { escapeMarkup } from './escape.ts';
import type { Figure, Side } from './figure.ts';

/** The height of a frame and of the space around it, in pixels. */
const size = { frame: 190, gap: 18, margin: 20, title: 30, label: 26, legend: 26 } as const;

/** A frame in the coordinates of the view. */
export interface Cell {
  /** For each person the joints, [right, up, near]; undefined if not detected. */
  readonly persons: readonly (readonly (Vector | undefined)[])[];
  /** The minimum of `right` over all joints. */
  readonly left: number;
  /** The greatest. */
  readonly right: number;
  /** The minimum of `up`. */
  readonly bottom: number;
  /** The greatest. */
  readonly top: number;
}

/** The texts of a filmstrip. */
export interface StripWords {
  /** The heading; none if empty. */
  readonly title: string;
  /** The label under each cell. */
  readonly labels: readonly string[];
  /** The text before the first label. */
  readonly unit: string;
  /** The indices of the persons, in the order of a cell. */
  readonly persons: readonly number[];
  /** The description of the picture. */
  readonly description: string;
}

/** The text of an SVG with the cells side by side, under a heading and over a legend. */
export function drawStrip(
  cells: readonly Cell[],
  figure: Figure,
  head: number,
  words: StripWords,
): string {
  const bottom = Math.min(...cells.map((cell) => cell.bottom));
  const top = Math.max(...cells.map((cell) => cell.top)) + head;
  const widest = Math.max(...cells.map((cell) => cell.right - cell.left)) + 2 * head;
  const scale = size.frame / (Math.max(top - bottom, widest / 4) || 1);
  const tones = words.persons.map(toneOf);
  const cellWidth = cells.length === 0 ? 260 : Math.max(56, widest * scale + size.gap);
  const heading = words.title === '' ? 0 : size.title;
  const width = 2 * size.margin + Math.max(1, cells.length) * cellWidth;
  const ground = size.margin + heading + size.frame + 6;
  const height = ground + size.label + size.legend + size.margin - 8;
  const body = cells.map((cell, i) => {
    const middle = size.margin + (i + 0.5) * cellWidth;
    const place = ([x, y]: Vector): readonly [number, number] => [
      middle + (x - (cell.left + cell.right) / 2) * scale,
      ground - 6 - (y - bottom) * scale,
    ];
    const label = `${i === 0 ? words.unit : ''}${words.labels[i]}`;
    return `<g>${cell.persons
      .map((joints, p) => person(joints, figure, tones[p] ?? '', head * scale, place))
      .join(
        '',
      )}<text class="label" x="${round(middle)}" y="${ground + 19}" text-anchor="middle">${label}</text></g>`;
  });
  const nobody = `<text class="label" x="${width / 2}" y="${ground - size.frame / 2}" text-anchor="middle">nobody in this clip</text>`;
  return svg(width, height, words, [
    heading === 0
      ? ''
      : `<text class="title" x="${size.margin}" y="${size.margin + 14}">${escapeMarkup(words.title)}</text>`,
    `<path class="ground" d="M${size.margin} ${ground}H${round(width - size.margin)}"/>`,
    ...(cells.length === 0 ? [nobody] : body),
    legend(words.persons, height - size.margin),
  ]);
}

/** The position of a cell's point on the page. */
type Place = (point: Vector) => readonly [number, number];

/** A person: three groups of bones, the farthest first, each with an outline in the colour of the card. */
function person(
  joints: readonly (Vector | undefined)[],
  figure: Figure,
  tone: string,
  head: number,
  place: Place,
): string {
  const nearness = (side: Side): number => {
    const depths = joints.flatMap((point, v) =>
      point && figure.sides[v] === side ? [point[2]] : [],
    );
    return depths.reduce((total, depth) => total + depth, 0) / (depths.length || 1);
  };
  return ([-1, 0, 1] as const)
    .map((side) => ({ side, near: nearness(side) }))
    .sort((a, b) => a.near - b.near)
    .map(({ side }) => oneSide(joints, figure, side, tone, head, place))
    .join('');
}

function oneSide(
  joints: readonly (Vector | undefined)[],
  figure: Figure,
  side: Side,
  tone: string,
  head: number,
  place: Place,
): string {
  const spot = (point: Vector): string => place(point).map(round).join(' ');
  const bones = (cut: number): string =>
    figure.lines
      .map(([a, b, of]) => {
        const [from, to] = [joints[a], joints[b]];
        if (of !== side || !from || !to) return '';
        return `M${spot(between(from, to, cut))}L${spot(between(to, from, cut))}`;
      })
      .join('');
  const dots = (small: boolean): string =>
    joints
      .map((point, v) => {
        const isDrawn = figure.sides[v] === side && v !== figure.head;
        return point && isDrawn && figure.small.includes(v) === small ? `M${spot(point)}h0` : '';
      })
      .join('');
  const name = `${tone}${side < 0 ? 'l' : side > 0 ? 'r' : 'm'}`;
  const top = figure.head === undefined || side !== 0 ? undefined : joints[figure.head];
  const [x, y] = top ? place(top).map(round) : [];
  return [
    // The outlines end before the joints, so that they do not cut the neighbours.
    bones(0) && `<path class="rim" d="${bones(0.2)}"/><path class="${name}" d="${bones(0)}"/>`,
    dots(false) && `<path class="${name} dot" d="${dots(false)}"/>`,
    dots(true) && `<path class="${name} speck" d="${dots(true)}"/>`,
    top && `<circle class="${name} face" cx="${x}" cy="${y}" r="${round(head)}"/>`,
  ].join('');
}

/** The class of a person's shades, without the side. */
function toneOf(person: number): string {
  return `p${person % personColourCount}`;
}

function between(a: Vector, b: Vector, share: number): Vector {
  return [a[0] + (b[0] - a[0]) * share, a[1] + (b[1] - a[1]) * share, a[2]];
}

function legend(persons: readonly number[], y: number): string {
  let x = size.margin;
  const item = (mark: string, text: string, width: number): string => {
    const out = `<g transform="translate(${x} ${y})">${mark}<text class="label" x="28" y="4">${text}</text></g>`;
    x += width;
    return out;
  };
  return persons
    .map((number) => {
      const tone = toneOf(number);
      return (
        item(`<path class="${tone}l" d="M0 0H20"/>`, `person ${number}, left`, 128) +
        item(`<path class="${tone}r" d="M0 0H20"/>`, 'right', 84)
      );
    })
    .join('');
}

function svg(width: number, height: number, words: StripWords, parts: readonly string[]): string {
  const [w, h] = [Math.ceil(width), Math.ceil(height)];
  const name = escapeMarkup(words.title === '' ? 'Skeleton clip' : words.title);
  return `<svg xmlns="http://www.w3.org/2000/svg" class="halp-filmstrip" viewBox="0 0 ${w} ${h}" width="${w}" height="${h}" role="img" aria-label="${name}">
<title>${name}</title>
<desc>${escapeMarkup(words.description)}</desc>
<style>${styles()}</style>
<rect class="card" width="${w}" height="${h}" rx="10"/>
${parts.filter((part) => part !== '').join('\n')}
</svg>
`;
}

/** Rules without custom properties, which not every SVG viewer supports. */
function styles(): string {
  return (
    '.halp-filmstrip{max-width:100%;height:auto}' +
    '.halp-filmstrip path{fill:none;stroke-width:3.2;stroke-linecap:round;stroke-linejoin:round}' +
    '.halp-filmstrip .rim{stroke-width:7;stroke-linecap:butt}' +
    '.halp-filmstrip .dot{stroke-width:6.4}.halp-filmstrip .speck{stroke-width:4}' +
    '.halp-filmstrip .face{stroke-width:3.2}.halp-filmstrip .ground{stroke-width:1.5}' +
    ".halp-filmstrip text{font-family:system-ui,-apple-system,'Segoe UI',sans-serif;font-variant-numeric:tabular-nums}" +
    '.halp-filmstrip .title{font-size:15px;font-weight:600}.halp-filmstrip .label{font-size:12px}' +
    `${colours('light')}@media(prefers-color-scheme:dark){${colours('dark')}}`
  );
}

function colours(mode: 'light' | 'dark'): string {
  const { card, text, muted, line } = pageColours;
  const persons = Array.from({ length: personColourCount }, (_, p) => {
    const { left, middle, right } = personColours(p);
    return Object.entries({ l: left, m: middle, r: right })
      .map(([side, colour]) => `.halp-filmstrip .${toneOf(p)}${side}{stroke:${colour[mode]}}`)
      .join('');
  });
  return (
    `.halp-filmstrip .card,.halp-filmstrip .face{fill:${card[mode]}}` +
    `.halp-filmstrip .rim{stroke:${card[mode]}}.halp-filmstrip .ground{stroke:${line[mode]}}` +
    `.halp-filmstrip .title{fill:${text[mode]}}.halp-filmstrip .label{fill:${muted[mode]}}` +
    persons.join('')
  );
}

function round(value: number): string {
  return String(Math.round(value * 10) / 10);
}
