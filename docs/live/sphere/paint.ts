import { type Camera, project } from './camera.ts';
import type { Cell } from './cells.ts';
import { lossText } from './loss-text.ts';
import type { Scene } from './scene.ts';
import { arc, type Vector } from './vectors.ts';

/** The colours of the picture, by role. */
export type Colours = Readonly<
  Record<
    'page' | 'text' | 'line' | 'ball' | 'cell' | 'anchor' | 'query' | 'kept' | 'rejected',
    string
  >
>;

/** The scene and the camera. */
export interface Picture {
  readonly scene: Scene;
  readonly cells: readonly Cell[];
  readonly camera: Camera;
  readonly colours: Colours;
}

const RINGS = 20;
/** Opacity of the back of the sphere. */
const BEHIND = 0.22;

/** Draws the sphere as large as the canvas allows. */
export function paint(pen: CanvasRenderingContext2D, picture: Picture): void {
  const { width, height } = pen.canvas;
  const radius = 0.45 * Math.min(width, height);
  const ratio = Math.min(width, height) / 520;
  const unit = Math.max(ratio, 0.55 * (globalThis.devicePixelRatio || 1));
  pen.clearRect(0, 0, width, height);
  pen.lineJoin = pen.lineCap = 'round';
  const place = (point: Vector): Vector => {
    const [right, up, near] = project(picture.camera, point);
    return [width / 2 + right * radius, height / 2 - up * radius, near];
  };
  const brush = brushOf(pen, place, unit);
  ball(pen, width, height, radius, picture.colours);
  for (const isFront of [false, true]) layer(brush, picture, isFront);
  names(brush, picture);
  if (width < 500 * (globalThis.devicePixelRatio || 1)) readout(brush, picture);
}

/** Drawing functions in coordinates of the sphere. */
interface Brush {
  readonly pen: CanvasRenderingContext2D;
  readonly place: (point: Vector) => Vector;
  readonly unit: number;
  readonly line: (points: readonly Vector[], front: boolean, look: Look) => void;
  readonly dot: (point: Vector, front: boolean, radius: number, fill: string) => void;
}

interface Look {
  readonly width: number;
  readonly colour: string;
  readonly dash?: readonly number[];
  readonly alpha?: number;
}

function brushOf(
  pen: CanvasRenderingContext2D,
  place: (point: Vector) => Vector,
  unit: number,
): Brush {
  return {
    ...{ pen, place, unit },
    line(points, front, { width, colour, dash = [], alpha = 1 }) {
      pen.beginPath();
      let drawing = false;
      for (const point of points) {
        const [x, y, near] = place(point);
        const seen = near >= 0 === front;
        if (seen && drawing) pen.lineTo(x, y);
        if (seen && !drawing) pen.moveTo(x, y);
        drawing = seen;
      }
      pen.globalAlpha = alpha * (front ? 1 : BEHIND);
      pen.lineWidth = width * unit;
      pen.setLineDash(dash.map((length) => length * unit));
      pen.strokeStyle = colour;
      pen.stroke();
      pen.setLineDash([]);
      pen.globalAlpha = 1;
    },
    dot(point, front, radius, fill) {
      const [x, y, near] = place(point);
      if (near >= 0 !== front) return;
      pen.globalAlpha = front ? 1 : BEHIND;
      pen.beginPath();
      pen.arc(x, y, radius * unit, 0, 2 * Math.PI);
      pen.fillStyle = fill;
      pen.fill();
      pen.globalAlpha = 1;
    },
  };
}

function ball(
  pen: CanvasRenderingContext2D,
  width: number,
  height: number,
  radius: number,
  { ball: fill, line }: Colours,
): void {
  pen.beginPath();
  pen.arc(width / 2, height / 2, radius, 0, 2 * Math.PI);
  pen.fillStyle = fill;
  pen.fill();
  pen.strokeStyle = line;
  pen.lineWidth = 1.5;
  pen.stroke();
}

/** Draws one half of the sphere, in order from background to foreground. */
function layer(brush: Brush, { scene, cells, colours }: Picture, front: boolean): void {
  const { line, dot } = brush;
  fillCell(brush, cells[scene.nearest] as Cell, colours.cell, front);
  for (const { rim } of cells) {
    line([...rim, rim[0] as Vector], front, { width: 1.2, colour: colours.line });
  }
  for (const key of scene.keys) dot(key, front, 2.4, colours.line);
  for (const { target, stop } of scene.arcs) {
    line(arc(scene.key, stop, 40), front, { width: 1.2, colour: colours.text, alpha: 0.7 });
    line(arc(stop, target, 40), front, {
      width: 1,
      colour: colours.text,
      dash: [2, 5],
      alpha: 0.4,
    });
  }
  scene.prototypes.forEach((prototype, i) => {
    diamond(brush, prototype, front, i === scene.nearest ? colours.anchor : colours.text, colours);
  });
  for (const { at, kept } of scene.positives) {
    if (kept) dot(at, front, 3, colours.kept);
    else crossAt(brush, at, front, colours.rejected);
  }
  for (const [point, colour] of [
    [scene.query, colours.query],
    [scene.key, colours.anchor],
  ] as const) {
    dot(point, front, 8.5, colours.page);
    dot(point, front, 6.5, colour);
  }
}

/** Fills the part of the anchor's cell that is in front or behind, in small pieces. */
function fillCell(
  { pen, place }: Brush,
  { centre, rim }: Cell,
  fill: string,
  front: boolean,
): void {
  const spokes = rim.map((end) => arc(centre, end, RINGS).map(place));
  pen.beginPath();
  spokes.forEach((spoke, i) => {
    const next = spokes[(i + 1) % spokes.length] as readonly Vector[];
    for (let ring = 0; ring < RINGS && ring + 1 < spoke.length && ring + 1 < next.length; ring++) {
      const corners = [spoke[ring], spoke[ring + 1], next[ring + 1], next[ring]] as Vector[];
      if (corners.reduce((sum, [, , near]) => sum + near, 0) >= 0 !== front) continue;
      corners.forEach(([x, y], corner) => (corner === 0 ? pen.moveTo(x, y) : pen.lineTo(x, y)));
      pen.closePath();
    }
  });
  pen.globalAlpha = front ? 1 : 0.4;
  pen.fillStyle = fill;
  pen.fill();
  pen.globalAlpha = 1;
}

function diamond(
  { pen, place, unit }: Brush,
  point: Vector,
  front: boolean,
  colour: string,
  { page }: Colours,
): void {
  const [x, y, near] = place(point);
  if (near >= 0 !== front) return;
  const size = 7 * unit;
  pen.globalAlpha = front ? 1 : BEHIND;
  pen.beginPath();
  pen.moveTo(x, y - size);
  pen.lineTo(x + size, y);
  pen.lineTo(x, y + size);
  pen.lineTo(x - size, y);
  pen.closePath();
  pen.fillStyle = page;
  pen.fill();
  pen.lineWidth = 2.2 * unit;
  pen.strokeStyle = colour;
  pen.stroke();
  pen.globalAlpha = 1;
}

function crossAt({ pen, place, unit }: Brush, point: Vector, front: boolean, colour: string): void {
  const [x, y, near] = place(point);
  if (near >= 0 !== front) return;
  const size = 3.4 * unit;
  pen.globalAlpha = front ? 1 : BEHIND;
  pen.beginPath();
  pen.moveTo(x - size, y - size);
  pen.lineTo(x + size, y + size);
  pen.moveTo(x + size, y - size);
  pen.lineTo(x - size, y + size);
  pen.lineWidth = 1.8 * unit;
  pen.strokeStyle = colour;
  pen.stroke();
  pen.globalAlpha = 1;
}

function names({ pen, place, unit }: Brush, { scene, colours }: Picture): void {
  const nearest = scene.prototypes[scene.nearest] as Vector;
  pen.font = `600 ${Math.round(15 * unit)}px system-ui, sans-serif`;
  pen.textBaseline = 'middle';
  for (const [text, point, colour] of [
    ['p₀', nearest, colours.anchor],
    ['q', scene.query, colours.query],
    ['k', scene.key, colours.anchor],
  ] as const) {
    const [x, y, near] = place(point);
    if (near < 0) continue;
    pen.lineWidth = 4 * unit;
    pen.strokeStyle = colours.page;
    pen.strokeText(text, x + 11 * unit, y - 9 * unit);
    pen.fillStyle = colour;
    pen.fillText(text, x + 11 * unit, y - 9 * unit);
  }
}

/** Draws the numbers in a corner, for small screens. */
function readout({ pen, unit }: Brush, { scene, colours }: Picture): void {
  const kept = scene.positives.filter((positive) => positive.kept).length;
  pen.textBaseline = 'top';
  pen.fillStyle = colours.anchor;
  pen.fillText(lossText(scene.loss, 3), 2 * unit, 8 * unit);
  pen.font = `${Math.round(13 * unit)}px system-ui, sans-serif`;
  pen.fillStyle = colours.text;
  pen.fillText(`${kept} kept`, 2 * unit, 30 * unit);
}
