import { lossText } from './loss-text.ts';
import { lossAt, type Scene } from './scene.ts';

const STEPS = 20;
const [WIDTH, HEIGHT] = [320, 150];
const [LEFT, BOTTOM, TOP] = [46, 26, 12];

/** The loss against λ for both boundaries, as the content of an SVG element, with a mark at the current λ. */
export function lossCurve(scene: Scene): string {
  const { lambda, boundary } = scene.settings;
  const lambdas = Array.from({ length: STEPS + 1 }, (_, i) => i / STEPS);
  const curves = (['pairwise', 'exact'] as const).map((each) => ({
    boundary: each,
    losses: lambdas.map((value) => lossAt(scene, { lambda: value, boundary: each })),
  }));
  const all = [...curves.flatMap(({ losses }) => losses), scene.loss];
  const [low, high] = [Math.min(...all), Math.max(...all)];
  const margin = 0.08 * (high - low) || 0.1;
  const x = (value: number): number => LEFT + value * (WIDTH - LEFT - 10);
  const y = (value: number): number =>
    TOP + ((high + margin - value) / (high - low + 2 * margin)) * (HEIGHT - TOP - BOTTOM);
  const lines = curves.map(
    ({ boundary: each, losses }) =>
      `<path class="${each}${each === boundary ? ' chosen' : ''}" d="M${losses
        .map((loss, i) => `${x(lambdas[i] as number).toFixed(1)} ${y(loss).toFixed(1)}`)
        .join('L')}"/>`,
  );
  return `<path class="axis" d="M${LEFT} ${TOP}V${HEIGHT - BOTTOM}H${WIDTH - 10}"/>
<text x="${LEFT - 6}" y="${y(high) + 4}" text-anchor="end">${lossText(high, 1)}</text>
<text x="${LEFT - 6}" y="${y(low) + 4}" text-anchor="end">${lossText(low, 1)}</text>
<text x="${LEFT}" y="${HEIGHT - 8}">0</text>
<text x="${(LEFT + WIDTH) / 2}" y="${HEIGHT - 8}" text-anchor="middle">λ</text>
<text x="${WIDTH - 10}" y="${HEIGHT - 8}" text-anchor="end">1</text>
${lines.join('\n')}
<circle cx="${x(lambda).toFixed(1)}" cy="${y(scene.loss).toFixed(1)}" r="5"/>`;
}
