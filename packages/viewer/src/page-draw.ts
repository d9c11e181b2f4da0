import type { EncodedClip } from './encode.ts';
import type { Figure } from './figure.ts';

// The functions of this file run in the page. Each uses only its arguments and browser
// globals, since its text is copied into the page: no imports but types, no names from the module.

/** The data of the page. Plain data. */
export interface PageData {
  /** The clips, one for each canvas, in their order. */
  readonly clips: readonly EncodedClip[];
  /** The number of joints of a person, V. */
  readonly joints: number;
  /** The drawing of a person. */
  readonly figure: Figure;
  /** The number of distinct person colours. */
  readonly colours: number;
  /** Half of the width that must fit on a canvas, in the clips' unit. */
  readonly across: number;
  /** Half of the height that must fit. */
  readonly upright: number;
  /** Frames a second at speed 1. */
  readonly fps: number;
  /** Whether the clips are 2D, so that they are not turned. */
  readonly flat: boolean;
  /** Turn and tilt of the first view, in radians. */
  readonly start: readonly [yaw: number, pitch: number];
}

/** Coordinates of a clip, `[T, M, V, 3]`; NaN for a joint that was not detected. */
export function decodeClip(clip: EncodedClip): Float32Array {
  const text = atob(clip.data);
  const out = new Float32Array(text.length / 2);
  for (let i = 0; i < out.length; i++) {
    const unsigned = text.charCodeAt(2 * i) + 256 * text.charCodeAt(2 * i + 1);
    const value = unsigned < 32768 ? unsigned : unsigned - 65536;
    out[i] = value === -32768 ? NaN : value * clip.step;
  }
  return out;
}

/** The part of a canvas context that {@link drawFrame} uses. */
export type Pen = Pick<
  CanvasRenderingContext2D,
  | 'arc'
  | 'beginPath'
  | 'clearRect'
  | 'fill'
  | 'fillStyle'
  | 'lineCap'
  | 'lineTo'
  | 'lineWidth'
  | 'moveTo'
  | 'stroke'
  | 'strokeStyle'
>;

/** The view, scale and colours of a drawn frame. */
export interface Look {
  /** The turn about the vertical, in radians. */
  readonly yaw: number;
  /** The tilt of the view, in radians. */
  readonly pitch: number;
  /** Pixels per unit of the clip. */
  readonly scale: number;
  /** The width of the canvas in pixels. */
  readonly width: number;
  /** Its height. */
  readonly height: number;
  /** The colour of a custom property of the page. */
  readonly colour: (name: string) => string;
}

/** Draws one frame of a clip, the farthest lines first, each with an outline in the page's colour. */
export function drawFrame(
  pen: Pen,
  data: PageData,
  clip: EncodedClip,
  points: Float32Array,
  frame: number,
  look: Look,
  project: (
    point: readonly [number, number, number],
    yaw: number,
    pitch: number,
  ) => [number, number, number],
): void {
  const { figure, joints } = data;
  const { scale, width, height, colour } = look;
  const unit = Math.max(1, Math.min(width, height) / 340);
  const place = (x: number, y: number, z: number): [number, number, number] => {
    const [right, up, near] = project([x, y, z], look.yaw, look.pitch);
    return [width / 2 + right * scale, height / 2 - up * scale, near];
  };
  type Spot = readonly [number, number, number];
  const line = (from: Spot, to: Spot, weight: number, stroke: string, cut = 0): void => {
    const [dx, dy] = [(to[0] - from[0]) * cut, (to[1] - from[1]) * cut];
    pen.beginPath();
    pen.moveTo(from[0] + dx, from[1] + dy);
    pen.lineTo(to[0] - dx, to[1] - dy);
    pen.lineWidth = weight * unit;
    pen.strokeStyle = stroke;
    pen.stroke();
  };

  pen.clearRect(0, 0, width, height);
  if (!data.flat) {
    // Chords of a disc on the ground, at round distances.
    const radius = data.across * 1.15;
    const power = 10 ** Math.floor(Math.log10(radius / 2));
    const grid = [5, 2, 1].map((n) => n * power).find((n) => radius / n >= 3) ?? power;
    for (let at = -Math.floor(radius / grid) * grid; at <= radius; at += grid) {
      const half = Math.sqrt(Math.max(0, radius * radius - at * at));
      line(place(at, clip.ground, -half), place(at, clip.ground, half), 1, colour('line'));
      line(place(-half, clip.ground, at), place(half, clip.ground, at), 1, colour('line'));
    }
  }

  interface Stroke {
    readonly near: number;
    readonly draw: () => void;
  }
  const strokes: Stroke[] = [];
  clip.persons.forEach((person, m) => {
    const tone = (side: number): string =>
      colour(`p${person % data.colours}-${side < 0 ? 'left' : side > 0 ? 'right' : 'middle'}`);
    const start = (frame * clip.persons.length + m) * joints * 3;
    const spots = Array.from({ length: joints }, (_, v) => {
      const i = start + v * 3;
      return place(points[i] as number, points[i + 1] as number, points[i + 2] as number);
    });
    for (const [a, b, side] of figure.lines) {
      const [from, to] = [
        spots[a] as [number, number, number],
        spots[b] as [number, number, number],
      ];
      const near = (from[2] + to[2]) / 2;
      if (Number.isNaN(near)) continue;
      const draw = (): void => {
        // The outline ends before the joints, so that it does not cut the neighbours.
        pen.lineCap = 'butt';
        line(from, to, 7.6, colour('card'), 0.2);
        pen.lineCap = 'round';
        line(from, to, 3.6, tone(side));
      };
      strokes.push({ near, draw });
    }
    spots.forEach((spot, v) => {
      if (Number.isNaN(spot[2])) return;
      const isHead = v === figure.head && clip.head > 0;
      const radius = isHead ? clip.head * scale : (figure.small.includes(v) ? 2.2 : 3.6) * unit;
      const draw = (): void => {
        pen.beginPath();
        pen.arc(spot[0], spot[1], radius, 0, 2 * Math.PI);
        pen.fillStyle = isHead ? colour('card') : tone(figure.sides[v] as number);
        pen.fill();
        if (!isHead) return;
        pen.lineWidth = 3.6 * unit;
        pen.strokeStyle = tone(0);
        pen.stroke();
      };
      // A dot is drawn over the lines that end in it.
      strokes.push({ near: spot[2] + (isHead ? clip.head : 0.02 * data.across), draw });
    });
  });
  strokes.sort((a, b) => a.near - b.near);
  for (const { draw } of strokes) draw();
}
