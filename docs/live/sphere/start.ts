import { announcer } from '../announce.ts';
import { startPageBackend } from '../backend.ts';
import { refuseDrops } from '../drops.ts';
import { find } from '../find.ts';
import { pageLink } from '../link/page-link.ts';
import { onThemeChange } from '../theme.ts';
import { type Camera, lookAt, project, turn } from './camera.ts';
import { type Cell, cellsOf } from './cells.ts';
import { lossCurve } from './curve.ts';
import { keyCount } from './keys.ts';
import { lossText } from './loss-text.ts';
import { type Colours, paint } from './paint.ts';
import { computeScene, type Scene, type Settings, temperature } from './scene.ts';

/** Connects the page in `root` to its code. Returns a function that disconnects it. */
export async function startSphere(root: HTMLElement): Promise<() => void> {
  await startPageBackend();
  const canvas = find(root, 'canvas', HTMLCanvasElement);
  const form = find(root, 'form', HTMLFormElement);
  const { say, stop: stopSaying } = announcer(root);
  const pen = canvas.getContext('2d') as CanvasRenderingContext2D;
  const link = pageLink(root, {
    form,
    names: ['lambda', 'count', 'prototypes', 'anchor', 'boundary', 'seed'],
    onChange: () => update(),
  });
  let scene = computeScene(settingsOf(form));
  let cells: readonly Cell[] = cellsOf(scene.prototypes);
  let camera: Camera = lookAt(scene.key);
  let colours = coloursOf(root);
  let frame = 0;
  let curve = 0;

  const repaint = (): void => {
    cancelAnimationFrame(frame);
    frame = requestAnimationFrame(() => {
      fitToScreen(canvas);
      paint(pen, { scene, cells, camera, colours });
    });
  };
  const show = (): void => {
    write(root, scene);
    say(describe(scene));
    repaint();
    // Computed after the picture, because forty losses take longer than one.
    clearTimeout(curve);
    curve = window.setTimeout(() => {
      find(root, '[data-part=curve]', SVGElement).innerHTML = lossCurve(scene);
    }, 40);
  };
  const update = (): void => {
    const before = scene.settings;
    scene = computeScene(settingsOf(form));
    cells = cellsOf(scene.prototypes);
    const moved = before.anchor !== scene.settings.anchor || before.seed !== scene.settings.seed;
    if (moved) camera = lookAt(scene.key);
    show();
  };
  const edited = (): void => {
    update();
    link.save();
  };

  form.addEventListener('input', edited);
  form.addEventListener('submit', (event) => event.preventDefault());
  find(root, '[data-action=again]', HTMLButtonElement).addEventListener('click', () => {
    const seed = find(form, '[name=seed]', HTMLInputElement);
    seed.value = String((Number(seed.value) + 1) % (Number(seed.max) + 1));
    edited();
  });
  find(root, '[data-action=face]', HTMLButtonElement).addEventListener('click', () => {
    camera = lookAt(scene.key);
    repaint();
  });
  listenToTurns(canvas, {
    turn(across, down) {
      camera = turn(camera, across, down);
      repaint();
    },
    click(x, y) {
      const found = keyAt(scene, camera, x, y);
      if (found === undefined) return;
      find(form, '[name=anchor]', HTMLInputElement).value = String(found + 1);
      edited();
    },
  });
  const stopTheme = onThemeChange(() => {
    colours = coloursOf(root);
    repaint();
  });
  const resized = new ResizeObserver(repaint);
  resized.observe(canvas);
  const stopDrops = refuseDrops();
  show();
  root.dataset['ready'] = 'true';
  return () => {
    resized.disconnect();
    stopDrops();
    stopSaying();
    link.stop();
    stopTheme();
    cancelAnimationFrame(frame);
    clearTimeout(curve);
  };
}

function settingsOf(form: HTMLFormElement): Settings {
  const fields = new FormData(form);
  const number = (name: string): number => Number(fields.get(name));
  return {
    seed: number('seed'),
    prototypes: number('prototypes'),
    count: number('count'),
    lambda: number('lambda'),
    boundary: fields.get('boundary') === 'exact' ? 'exact' : 'pairwise',
    anchor: Math.min(keyCount, number('anchor')) - 1,
  };
}

/** Shows the numbers, the equivalent code, and all inputs. */
function write(root: HTMLElement, scene: Scene): void {
  const { settings, positives, loss, angle, hardness } = scene;
  const texts = {
    lambda: settings.lambda.toFixed(2),
    count: String(settings.count),
    prototypes: String(settings.prototypes),
    anchor: String(settings.anchor + 1),
    loss: lossText(loss, 3),
    kept: `${positives.filter((positive) => positive.kept).length} of ${positives.length}`,
    angle: `${((180 / Math.PI) * angle).toFixed(1)}°`,
    hardness: hardness.toFixed(2),
    code: codeOf(settings),
    numbers: JSON.stringify(numbersOf(scene)),
  };
  for (const [name, text] of Object.entries(texts)) {
    find(root, `[data-part=${name}]`, HTMLElement).textContent = text;
  }
}

function codeOf({ prototypes, count, lambda, boundary }: Settings): string {
  return `const { data } = sphericalKMeans(keys, { clusters: ${prototypes} }, rng).prototypes;
const prototypes = tf.tensor2d(new Float32Array(data), [${prototypes}, 3]);
const options = { count: ${count}, lambda: ${lambda}, boundary: '${boundary}' } as const;
const { positives, kept } = hallucinate(key, prototypes, options, rng);
const loss = halpLoss(query, key, prototypes, options, rng);`;
}

/** All inputs of the loss as JSON, so that it can be recomputed. */
function numbersOf(scene: Scene): object {
  const { key, query, prototypes, draws, settings, loss, kept } = scene;
  const drawn = { target: [...draws.target], uniform: [...draws.uniform] };
  return { boundary: settings.boundary, temperature, key, query, prototypes, ...drawn, loss, kept };
}

function describe({ settings, loss, kept, prototypes }: Scene): string {
  return (
    `A sphere with ${keyCount} keys and ${prototypes.length} prototypes. Key ${settings.anchor + 1} is the anchor of ` +
    `${settings.count} positives, of which ${(100 * kept).toFixed(0)} percent are kept. Loss ${loss.toFixed(3)}.`
  );
}

/** The key on the front side nearest to a point of the picture, if one is close. */
function keyAt({ keys }: Scene, camera: Camera, x: number, y: number): number | undefined {
  const distances = keys.map((key) => {
    const [right, up, near] = project(camera, key);
    return near < 0 ? Infinity : Math.hypot(right - x, up - y);
  });
  const least = Math.min(...distances);
  return least < 0.08 ? distances.indexOf(least) : undefined;
}

function fitToScreen(canvas: HTMLCanvasElement): void {
  const ratio = window.devicePixelRatio || 1;
  const [width, height] = [canvas.clientWidth * ratio, canvas.clientHeight * ratio].map(Math.round);
  if (canvas.width !== width) canvas.width = width as number;
  if (canvas.height !== height) canvas.height = height as number;
}

interface Turns {
  readonly turn: (across: number, down: number) => void;
  /** A point relative to the center, right and up, in radii of the sphere. */
  readonly click: (x: number, y: number) => void;
}

function listenToTurns(canvas: HTMLCanvasElement, turns: Turns): void {
  let last: PointerEvent | undefined;
  let travelled = 0;
  const radius = (): number => 0.45 * Math.min(canvas.clientWidth, canvas.clientHeight);
  canvas.addEventListener('pointerdown', (event) => {
    canvas.setPointerCapture(event.pointerId);
    [last, travelled] = [event, 0];
  });
  canvas.addEventListener('pointermove', (event) => {
    if (last === undefined || last.pointerId !== event.pointerId) return;
    const [dx, dy] = [event.clientX - last.clientX, event.clientY - last.clientY];
    travelled += Math.hypot(dx, dy);
    last = event;
    turns.turn(dx / radius(), dy / radius());
  });
  canvas.addEventListener('pointerup', (event) => {
    last = undefined;
    if (travelled > 4) return;
    const box = canvas.getBoundingClientRect();
    turns.click(
      (event.clientX - box.left - box.width / 2) / radius(),
      (box.top + box.height / 2 - event.clientY) / radius(),
    );
  });
  canvas.addEventListener('pointercancel', () => (last = undefined));
  canvas.addEventListener('keydown', (event) => {
    const turned: Readonly<Record<string, readonly [number, number]>> = {
      ArrowLeft: [-0.12, 0],
      ArrowRight: [0.12, 0],
      ArrowUp: [0, -0.12],
      ArrowDown: [0, 0.12],
    };
    const by = turned[event.key];
    if (by === undefined || event.altKey || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    turns.turn(...by);
  });
}

function coloursOf(root: HTMLElement): Colours {
  const style = getComputedStyle(root);
  const colour = (name: string): string => style.getPropertyValue(`--live-${name}`).trim();
  return {
    page: colour('page'),
    text: colour('text'),
    line: colour('line'),
    ball: colour('ball'),
    cell: colour('cell'),
    anchor: colour('anchor'),
    query: colour('query'),
    kept: colour('kept'),
    rejected: colour('rejected'),
  };
}
