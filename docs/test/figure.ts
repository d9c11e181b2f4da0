/** A drawn person: capsules with the shading of cylinders, in front of a wall. Lengths are fractions of the height of the picture. */

/** Where the joints of a drawn person are, x to the right and y down, as fractions of the height of the picture. */
export interface FigurePose {
  /** The middle between the hips. */
  readonly hips: readonly [x: number, y: number];
  /** The angle of each upper arm from hanging down, outwards, in radians: the person's right and left arm. */
  readonly shoulders: readonly [right: number, left: number];
  /** The angle of each forearm, from that of the upper arm. */
  readonly elbows: readonly [right: number, left: number];
}

type Rgb = readonly [red: number, green: number, blue: number];
interface Capsule {
  readonly from: readonly [number, number];
  readonly to: readonly [number, number];
  readonly radius: readonly [from: number, to: number];
  readonly colour: Rgb;
}

const SKIN: Rgb = [224, 172, 138];
const SHIRT: Rgb = [40, 84, 150];
const TROUSERS: Rgb = [58, 60, 70];
const HAIR: Rgb = [60, 40, 26];
const SHOE: Rgb = [30, 26, 26];

/** The person's parts, the last in front. Scale: 0.86 of the picture from head to feet. */
export function figure({ hips: [x, y], shoulders, elbows }: FigurePose): readonly Capsule[] {
  const parts: Capsule[] = [];
  const add = (
    from: readonly [number, number],
    to: readonly [number, number],
    radius: Capsule['radius'],
    colour: Rgb,
  ): void => void parts.push({ from, to, radius, colour });
  for (const side of [-1, 1]) {
    const hip = [x + side * 0.048, y + 0.01] as const;
    const knee = [x + side * 0.062, y + 0.2] as const;
    const ankle = [x + side * 0.066, y + 0.385] as const;
    add(
      [ankle[0], ankle[1] + 0.02],
      [ankle[0] + side * 0.028, ankle[1] + 0.032],
      [0.02, 0.017],
      SHOE,
    );
    add(hip, knee, [0.052, 0.036], TROUSERS);
    add(knee, ankle, [0.036, 0.024], TROUSERS);
  }
  add([x, y - 0.26], [x, y - 0.33], [0.03, 0.028], SKIN);
  add([x, y - 0.2], [x, y - 0.01], [0.068, 0.062], SHIRT);
  add([x - 0.062, y - 0.225], [x + 0.062, y - 0.225], [0.042, 0.042], SHIRT);
  add([x - 0.04, y - 0.16], [x - 0.035, y - 0.01], [0.055, 0.05], SHIRT);
  add([x + 0.04, y - 0.16], [x + 0.035, y - 0.01], [0.055, 0.05], SHIRT);
  for (const [i, side] of [-1, 1].entries()) {
    const [upper, lower] = [
      shoulders[i] as number,
      (shoulders[i] as number) + (elbows[i] as number),
    ];
    const shoulder = [x + side * 0.098, y - 0.228] as const;
    const at = (
      [px, py]: readonly [number, number],
      angle: number,
      length: number,
    ): readonly [number, number] => [
      px + side * Math.sin(angle) * length,
      py + Math.cos(angle) * length,
    ];
    const elbow = at(shoulder, upper, 0.15);
    const wrist = at(elbow, lower, 0.135);
    const hand = at(wrist, lower, 0.045);
    add(shoulder, at(shoulder, upper, 0.08), [0.036, 0.034], SHIRT);
    add(at(shoulder, upper, 0.08), elbow, [0.028, 0.024], SKIN);
    add(elbow, wrist, [0.024, 0.018], SKIN);
    add(wrist, hand, [0.02, 0.018], SKIN);
  }
  const head = y - 0.385;
  add([x, head - 0.022], [x, head - 0.012], [0.062, 0.06], HAIR);
  add([x - 0.054, head + 0.005], [x - 0.054, head + 0.015], [0.011, 0.011], SKIN);
  add([x + 0.054, head + 0.005], [x + 0.054, head + 0.015], [0.011, 0.011], SKIN);
  add([x, head - 0.002], [x, head + 0.024], [0.052, 0.042], SKIN);
  for (const side of [-1, 1]) {
    const eye = x + side * 0.02;
    add([eye - 0.005, head], [eye + 0.005, head], [0.007, 0.007], [245, 245, 245]);
    add([eye, head], [eye, head], [0.005, 0.005], [40, 30, 26]);
    add([eye - 0.009, head - 0.016], [eye + 0.009, head - 0.016], [0.003, 0.003], HAIR);
  }
  add([x, head + 0.008], [x, head + 0.02], [0.006, 0.009], [205, 150, 118]);
  add([x - 0.014, head + 0.041], [x + 0.014, head + 0.041], [0.005, 0.005], [160, 70, 70]);
  return parts;
}

/** A picture `[height, width, 3]` of the parts in front of a wall and a floor. */
export function painted(parts: readonly Capsule[], width: number, height: number): Uint8Array {
  const pixels = new Uint8Array(3 * width * height);
  for (let row = 0; row < height; row++) {
    for (let column = 0; column < width; column++) {
      const [px, py] = [(column + 0.5) / height, (row + 0.5) / height];
      const wall = 190 - 40 * py;
      let colour: Rgb = py > 0.9 ? [120, 100, 80] : [wall, wall, wall - 8];
      for (const part of parts) {
        const depth = depthIn(part, px, py);
        if (depth < 0) continue;
        // Light from the upper left.
        const light = 0.55 + 0.45 * depth;
        const [red, green, blue] = part.colour;
        colour = [red * light, green * light, blue * light];
      }
      pixels.set(colour, 3 * (row * width + column));
    }
  }
  return pixels;
}

/** How far in front a point of a capsule is, from 0 at its edge to 1 in its middle; negative outside. */
function depthIn({ from, to, radius }: Capsule, x: number, y: number): number {
  const [dx, dy] = [to[0] - from[0], to[1] - from[1]];
  const length = dx * dx + dy * dy;
  const along = length === 0 ? 0 : ((x - from[0]) * dx + (y - from[1]) * dy) / length;
  const t = Math.min(1, Math.max(0, along));
  const r = radius[0] + t * (radius[1] - radius[0]);
  const distance = Math.hypot(x - from[0] - t * dx, y - from[1] - t * dy);
  return distance > r ? -1 : Math.sqrt(1 - (distance / r) ** 2);
}

/** Pictures as a video in the format YUV4MPEG2, which Chromium takes as that of a camera. */
export function y4m(
  pictures: readonly Uint8Array[],
  [width, height]: readonly [number, number],
  fps: number,
): Buffer {
  const parts: Buffer[] = [
    Buffer.from(`YUV4MPEG2 W${width} H${height} F${fps}:1 Ip A1:1 C420jpeg\n`),
  ];
  for (const picture of pictures) {
    parts.push(Buffer.from('FRAME\n'), yuvOf(picture, width, height));
  }
  return Buffer.concat(parts);
}

/** Y of every pixel, and U and V of every fourth (BT.601). */
function yuvOf(picture: Uint8Array, width: number, height: number): Buffer {
  const size = width * height;
  const planes = Buffer.alloc((size * 3) / 2);
  for (let i = 0; i < size; i++) {
    const [r, g, b] = [0, 1, 2].map((c) => picture[3 * i + c] as number) as [
      number,
      number,
      number,
    ];
    planes[i] = Math.round(16 + 0.257 * r + 0.504 * g + 0.098 * b);
    const [row, column] = [Math.floor(i / width), i % width];
    if (row % 2 === 1 || column % 2 === 1) continue;
    const at = size + (row / 2) * (width / 2) + column / 2;
    planes[at] = Math.round(128 - 0.148 * r - 0.291 * g + 0.439 * b);
    planes[at + size / 4] = Math.round(128 + 0.439 * r - 0.368 * g - 0.071 * b);
  }
  return planes;
}
