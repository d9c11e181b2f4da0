import { createClip, type Layout } from '@halp/skeleton';
import { filmstrip } from '@halp/viewer';

type Place = readonly [x: number, y: number];

/** Where each joint is drawn: left joints at x > 0, as a camera sees a person who faces it. Not to scale. */
const middle: Readonly<Record<string, Place>> = {
  ...{ head: [0, 1.86], nose: [0, 1.76], neck: [0, 1.6] },
  ...{ 'spine shoulder': [0, 1.49], 'shoulder centre': [0, 1.5] },
  ...{ 'spine mid': [0, 1.16], spine: [0, 1.16], 'spine base': [0, 0.9], 'hip centre': [0, 0.92] },
};
const left: Readonly<Record<string, Place>> = {
  ...{ 'eye inner': [0.11, 1.86], eye: [0.21, 1.94], 'eye outer': [0.33, 1.93], ear: [0.44, 1.8] },
  ...{ mouth: [0.13, 1.64], shoulder: [0.3, 1.42], elbow: [0.5, 1.2], wrist: [0.68, 1] },
  ...{ hand: [0.78, 0.89], thumb: [0.95, 0.84], 'hand tip': [1, 0.68] },
  ...{ pinky: [0.64, 0.76], index: [0.82, 0.78], hip: [0.17, 0.86], knee: [0.22, 0.48] },
  ...{ ankle: [0.25, 0.16], foot: [0.36, 0.03], heel: [0.14, 0.02], 'foot index': [0.42, 0.03] },
};

/** A joint's place in the drawing. */
function placeOf(joint: string, layout: Layout): Place {
  const [side, rest] = /^(left|right) (.*)$/.exec(joint)?.slice(1) ?? [];
  // Thumbs of MediaPipe are connected to the wrist, those of Kinect to the hand.
  const isFree = rest === 'thumb' && !layout.joints.includes('left hand');
  const place = isFree ? ([0.94, 0.95] as const) : rest === undefined ? middle[joint] : left[rest];
  if (place === undefined) throw new Error(`expected a place for '${joint}', got none`);
  return side === 'right' ? [-place[0], place[1]] : place;
}

/** The joints and bones of a layout with the number of each joint, drawn by `@halp/viewer`, as the text of an SVG. */
export function layoutPicture(layout: Layout): string {
  const places = layout.joints.map((joint) => placeOf(joint, layout));
  const V = places.length;
  const clip = createClip([2, 1, V, 1]);
  places.forEach(([x, y], v) => {
    clip.data[v] = x;
    clip.data[V + v] = y;
  });
  const title = `${layout.name}: ${V} joints`;
  const drawn = filmstrip(clip, layout, { frames: 1, flat: true, up: 'y', title });
  const spot = spotsIn(drawn, layout, places);
  const numbers = places.map((place, v) => {
    const [x, y] = spot(place);
    const [dx, anchor] =
      place[0] > 0 ? [4.6, 'start'] : place[0] < 0 ? [-4.6, 'end'] : [4.5, 'start'];
    return `<text class="label number" x="${(x + dx).toFixed(1)}" y="${(y + 3).toFixed(1)}" text-anchor="${anchor}">${v}</text>`;
  });
  const [, width = '', height = ''] = /viewBox="0 0 (\d+) (\d+)"/.exec(drawn) ?? [];
  const style =
    '.halp-filmstrip .title{font-size:12px!important}.halp-filmstrip .number{font-size:9px!important;font-weight:600}';
  return drawn
    .replace(
      `width="${width}" height="${height}"`,
      `width="${2 * Number(width)}" height="${2 * Number(height)}"`,
    )
    .replace(/<text class="label" [^>]*>frame 0<\/text>/, numbers.join(''))
    .replace(/<desc>.*<\/desc>/, `<desc>${title}: ${jointList(layout)}</desc>`)
    .replace('person 0, left', 'left')
    .replace(/<g transform="translate\(148 /, '<g transform="translate(84 ')
    .replace('<style>', `<style>${style}`);
}

/** The joints of a layout in order: `0 head · 1 neck`. */
export function jointList({ joints }: Layout): string {
  return joints.map((joint, v) => `${v} ${joint}`).join(' · ');
}

/** Where the viewer has drawn a place, found from two joints that it has drawn. */
function spotsIn(
  drawn: string,
  { joints }: Layout,
  places: readonly Place[],
): (place: Place) => Place {
  const dots = /class="p0l dot" d="([^"]*)"/.exec(drawn)?.[1] ?? '';
  const [first, second] = [...dots.matchAll(/M([\d.]+) ([\d.]+)h0/g)].map(([, x, y]): Place => [
    Number(x),
    Number(y),
  ]);
  // The first two dots of the left side, in the order of the joints.
  const shown = joints.flatMap((joint, v) =>
    joint.startsWith('left ') && !/eye|ear|mouth|pinky|index|thumb|tip|heel/.test(joint) ? [v] : [],
  );
  const [a, b] = shown.slice(0, 2).map((v) => places[v] as Place) as [Place, Place];
  if (first === undefined || second === undefined) throw new Error('expected two dots, got none');
  const scale = (second[0] - first[0]) / (b[0] - a[0]);
  return ([x, y]) => [first[0] + (x - a[0]) * scale, first[1] - (y - a[1]) * scale];
}
