/**
 * Draws the figure of docs/method.md: the similarities of a positive with three prototypes along one arc, and where the
 * paper's boundary and the exact one end it. `@halp/positives` computes both.
 * Usage: npm run docs:picture
 */
import '@tensorflow/tfjs-backend-cpu';
import * as tf from '@tensorflow/tfjs-core';
import { writeFileAtomic } from '@halp/files/node';
import { keyCount } from '../../docs/live/sphere/keys.ts';
import { computeScene } from '../../docs/live/sphere/scene.ts';
import { dot, plus, times, type Vector } from '../../docs/live/sphere/vectors.ts';

const [WIDTH, HEIGHT] = [740, 330];
const [LEFT, RIGHT, TOP, BOTTOM] = [60, 600, 24, 276];

/** An arc from a key k to a prototype p_s, on which a third prototype p_j becomes nearer than p_0 before p_s does. */
interface Example {
  readonly key: Vector;
  readonly p0: Vector;
  readonly ps: Vector;
  readonly pj: Vector;
  /** t* of the paper, as a fraction of the arc. */
  readonly pairwise: number;
  /** t* of the exact boundary. */
  readonly exact: number;
}

await tf.setBackend('cpu');
const bytes = new TextEncoder().encode(picture(findExample()));
await writeFileAtomic('docs/method/arc.svg', bytes);
console.log(`docs/method/arc.svg: ${(bytes.length / 1000).toFixed(1)} kB`);

/** The first arc of the sphere's page on which the two boundaries are far enough apart to be seen. */
function findExample(): Example {
  for (let anchor = 0; anchor < keyCount; anchor++) {
    const settings = { seed: 0, prototypes: 12, anchor, count: 1, lambda: 0 };
    const [pairwise, exact] = (['pairwise', 'exact'] as const).map((boundary) =>
      computeScene({ ...settings, boundary }),
    ) as [ReturnType<typeof computeScene>, ReturnType<typeof computeScene>];
    const { key, prototypes, nearest } = pairwise;
    for (const [i, { target, stop }] of pairwise.arcs.entries()) {
      const whole = angle(key, target);
      const [far, near] = [
        angle(key, stop) / whole,
        angle(key, (exact.arcs[i] as { stop: Vector }).stop) / whole,
      ];
      if (far > 0.75 || far < 0.45 || near > 0.7 * far || near < 0.4 * far) continue;
      const p0 = prototypes[nearest] as Vector;
      const after = between(key, target, near + 0.02);
      const pj = [...prototypes].sort((a, b) => dot(after, b) - dot(after, a))[0] as Vector;
      return { key, p0, ps: target, pj, pairwise: far, exact: near };
    }
  }
  throw new Error('expected an arc with two different boundaries, got none');
}

function angle(a: Vector, b: Vector): number {
  return Math.acos(Math.min(1, Math.max(-1, dot(a, b))));
}

/** z(t) on the great circle from a to b. */
function between(a: Vector, b: Vector, t: number): Vector {
  const whole = angle(a, b);
  const [from, to] = [Math.sin((1 - t) * whole), Math.sin(t * whole)];
  return times(plus(times(a, from), b, to), 1 / Math.sin(whole));
}

function picture({ key, p0, ps, pj, pairwise, exact }: Example): string {
  const steps = Array.from({ length: 101 }, (_, i) => i / 100);
  const cosines = (point: Vector): number[] => steps.map((t) => dot(between(key, ps, t), point));
  const lines = [
    ['p0', 'p₀, nearest to k', cosines(p0)],
    ['ps', 'pₛ, drawn', cosines(ps)],
    ['pj', 'pⱼ, a third', cosines(pj)],
  ] as const;
  const all = lines.flatMap(([, , values]) => values);
  const [low, high] = [Math.min(...all), Math.max(...all)];
  const x = (t: number): string => (LEFT + (RIGHT - LEFT) * t).toFixed(1);
  const y = (value: number): string =>
    (BOTTOM - ((BOTTOM - TOP) * (value - low)) / (high - low)).toFixed(1);
  const end = (t: number, text: string, dy: number): string =>
    `<path class="end" d="M${x(t)} ${TOP}V${BOTTOM}"/><text x="${x(t)}" y="${BOTTOM + dy}" text-anchor="middle">${text}</text>`;
  const title = 'Similarities along an arc from k to the prototype pₛ';
  const description =
    `From t = 0, the key k, to t = 1, pₛ: z·p₀ falls, z·pₛ rises and meets it at t* = ${pairwise.toFixed(2)}, ` +
    `the paper's boundary. z·pⱼ meets it before, at ${exact.toFixed(2)}, the exact boundary. With λ = 0.8 positives lie between 0.2 t* and t*.`;
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${HEIGHT}" width="${WIDTH}" height="${HEIGHT}" role="img" aria-labelledby="t d">
<title id="t">${title}</title><desc id="d">${description}</desc>
<style>svg{--card:#fff;--text:#1d2530;--muted:#5f6b7a;--band:#dff1ea;--p0:#1c66ab;--ps:#8d3f83;--pj:#9a6700}@media(prefers-color-scheme:dark){svg{--card:#171c22;--text:#e7eaee;--muted:#9aa5b3;--band:#16382d;--p0:#7cbcf5;--ps:#dd94d2;--pj:#e0b152}}text{font:14px system-ui,-apple-system,'Segoe UI',sans-serif;fill:var(--text)}.muted{fill:var(--muted)}path{fill:none;stroke-width:2}.end{stroke:var(--text);stroke-width:1;stroke-dasharray:4 3}.axis{stroke:var(--muted);stroke-width:1}${lines.map(([name]) => `.${name}{stroke:var(--${name})}text.${name}{fill:var(--${name});stroke:none;font-weight:600}`).join('')}</style>
<rect width="${WIDTH}" height="${HEIGHT}" rx="8" fill="var(--card)"/>
<rect x="${x(0.2 * pairwise)}" y="${TOP}" width="${(Number(x(pairwise)) - Number(x(0.2 * pairwise))).toFixed(1)}" height="${BOTTOM - TOP}" fill="var(--band)"/>
<text class="muted" x="${x(0.2 * pairwise)}" y="${BOTTOM - 8}" dx="6">positives, λ = 0.8</text>
<path class="axis" d="M${LEFT} ${TOP}V${BOTTOM}H${RIGHT}"/>
<text class="muted" x="${LEFT}" y="16" text-anchor="middle">cosine with z(t)</text>
<text class="muted" x="${x(0)}" y="${BOTTOM + 20}" text-anchor="middle">t = 0, k</text>
<text class="muted" x="${x(1)}" y="${BOTTOM + 20}" text-anchor="middle">t = 1, pₛ</text>
${end(pairwise, 't*, pairwise', 20)}
${end(exact, 't*, exact', 40)}
${lines.map(([name, text, values]) => `<path class="${name}" d="M${values.map((value, i) => `${x(i / 100)} ${y(value)}`).join('L')}"/><text class="${name}" x="${RIGHT + 8}" y="${y(values.at(-1) as number)}" dy="4">${text}</text>`).join('\n')}
</svg>
`;
}
