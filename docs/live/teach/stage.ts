import { find } from '../find.ts';
import type { Film } from './camera.ts';

/** Points of one person in a picture. */
export interface Drawing {
  /** x and y of each joint in the picture, in [0, 1]; undefined for a joint that was not seen. */
  readonly points: readonly (readonly [x: number, y: number] | undefined)[];
  /** The joints at the ends of each bone. */
  readonly bones: readonly (readonly [number, number])[];
  /** Width over height of the picture. */
  readonly ratio: number;
}

/** The canvas over the picture. */
export interface Stage {
  /** Draws a person; nobody without a drawing. */
  readonly draw: (drawing: Drawing | undefined) => void;
  /** Shows a film behind the drawing; none without one. */
  readonly film: (film: Film | undefined) => void;
}

/** The stage in the page. */
export function createStage(root: HTMLElement): Stage {
  const canvas = find(root, '[data-part=stage] canvas', HTMLCanvasElement);
  const context = canvas.getContext('2d');
  /** Hides the hint of an empty stage for good. */
  const use = (): void => {
    find(root, '[data-part=stage]', HTMLElement).dataset['used'] = '';
  };
  return {
    film(film) {
      if (film !== undefined) use();
      const video = find(root, 'video', HTMLVideoElement);
      video.hidden = film === undefined;
      video.classList.toggle('mirrored', film?.mirrored === true);
    },
    draw(drawing) {
      if (context === null) return;
      const { clientWidth, clientHeight } = canvas;
      const pixels = Math.min(2, devicePixelRatio);
      canvas.width = clientWidth * pixels;
      canvas.height = clientHeight * pixels;
      if (drawing === undefined) return;
      use();
      context.scale(pixels, pixels);
      paint(context, drawing, clientWidth, clientHeight, getComputedStyle(root));
    },
  };
}

/** Paints in the middle of the stage, as large as possible, as `object-fit: contain` does. */
function paint(
  context: CanvasRenderingContext2D,
  { points, bones, ratio }: Drawing,
  width: number,
  height: number,
  style: CSSStyleDeclaration,
): void {
  const shown = Math.min(width, height * ratio);
  const [w, h] = [shown, shown / ratio];
  const [left, top] = [(width - w) / 2, (height - h) / 2];
  const place = (v: number): readonly [number, number] | undefined => {
    const point = points[v];
    return point && [left + point[0] * w, top + point[1] * h];
  };
  context.lineCap = 'round';
  // An edge in the colour of the page keeps the lines visible over any picture.
  for (const [name, wide] of [
    ['--live-page', 7],
    ['--live-anchor', 4],
  ] as const) {
    context.strokeStyle = style.getPropertyValue(name);
    context.lineWidth = wide;
    context.beginPath();
    for (const [child, parent] of bones) {
      const [a, b] = [place(child), place(parent)];
      if (a === undefined || b === undefined) continue;
      context.moveTo(...a);
      context.lineTo(...b);
    }
    context.stroke();
  }
  context.fillStyle = style.getPropertyValue('--live-kept');
  for (const v of points.keys()) {
    const at = place(v);
    if (at === undefined) continue;
    context.beginPath();
    context.arc(...at, 3.5, 0, 2 * Math.PI);
    context.fill();
  }
}
