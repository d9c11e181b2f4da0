import type { EncodedClip } from './encode.ts';
import type { decodeClip, drawFrame, PageData } from './page-draw.ts';

/**
 * Starts the page: plays, scrubs, turns and zooms all clips together.
 *
 * It is one long function because its text is copied into the page: it uses only
 * its arguments and browser globals.
 */
export function startPage(
  data: PageData,
  decode: typeof decodeClip,
  draw: typeof drawFrame,
  project: Parameters<typeof drawFrame>[6],
): void {
  const find = <T extends Element>(selector: string): T => document.querySelector(selector) as T;
  const play = find<HTMLButtonElement>('#play');
  const slider = find<HTMLInputElement>('#time');
  const speed = find<HTMLSelectElement>('#speed');
  const readout = find<HTMLOutputElement>('#readout');
  const stages = [...document.querySelectorAll('canvas')].map((canvas, i) => {
    const clip = data.clips[i] as EncodedClip;
    return {
      canvas,
      clip,
      points: decode(clip),
      pen: canvas.getContext('2d') as CanvasRenderingContext2D,
    };
  });
  const longest = Math.max(...data.clips.map(({ frames }) => frames));
  const last = longest - 1;
  const view = { yaw: data.start[0], pitch: data.start[1], zoom: 1, time: 0, playing: false };
  let colours = new Map<string, string>();
  let pending = false;
  let before = 0;

  const colour = (name: string): string => {
    let value = colours.get(name);
    if (value === undefined) {
      value = getComputedStyle(document.documentElement).getPropertyValue(`--${name}`).trim();
      colours.set(name, value);
    }
    return value;
  };
  const render = (): void => {
    for (const { canvas, clip, points, pen } of stages) {
      const ratio = window.devicePixelRatio || 1;
      const [width, height] = [canvas.clientWidth * ratio, canvas.clientHeight * ratio].map(
        Math.round,
      ) as [number, number];
      if (canvas.width !== width || canvas.height !== height) {
        canvas.width = width;
        canvas.height = height;
      }
      const fit = 0.44 * Math.min(width / data.across, height / data.upright);
      // Shorter clips are stretched to the longest one.
      const share = last === 0 ? 0 : view.time / last;
      const frame = Math.min(clip.frames - 1, Math.round(share * (clip.frames - 1)));
      const scale = fit * view.zoom;
      const { yaw, pitch } = view;
      draw(pen, data, clip, points, frame, { yaw, pitch, scale, width, height, colour }, project);
    }
    const frame = Math.round(view.time);
    slider.value = String(frame);
    slider.setAttribute('aria-valuetext', `frame ${frame} of ${longest}`);
    readout.textContent = `${frame} / ${last}`;
    play.setAttribute('aria-label', view.playing ? 'Pause' : 'Play');
    play.setAttribute('data-playing', String(view.playing));
  };
  const step = (now: number): void => {
    pending = false;
    if (view.playing) {
      // A tab that was hidden continues where it stopped.
      const elapsed = Math.min(0.1, (now - before) / 1000);
      view.time += elapsed * data.fps * Number(speed.value);
      if (view.time > last) view.time = 0;
      before = now;
      request();
    }
    render();
  };
  const request = (): void => {
    if (pending) return;
    pending = true;
    requestAnimationFrame(step);
  };
  const setPlaying = (playing: boolean): void => {
    view.playing = playing && last > 0;
    before = performance.now();
    request();
  };
  const seek = (time: number): void => {
    view.time = Math.max(0, Math.min(last, time));
    setPlaying(false);
  };
  const turn = (yaw: number, pitch: number): void => {
    if (data.flat) return;
    view.yaw += yaw;
    view.pitch = Math.max(-Math.PI / 2, Math.min(Math.PI / 2, view.pitch + pitch));
    request();
  };
  const zoom = (factor: number): void => {
    view.zoom = Math.max(0.3, Math.min(8, view.zoom * factor));
    request();
  };
  const reset = (): void => {
    [view.yaw, view.pitch, view.zoom] = [data.start[0], data.start[1], 1];
    request();
  };

  slider.max = String(last);
  play.disabled = last === 0;
  slider.disabled = last === 0;
  play.addEventListener('click', () => setPlaying(!view.playing));
  slider.addEventListener('input', () => seek(Number(slider.value)));
  find('#reset').addEventListener('click', reset);
  find('#closer').addEventListener('click', () => zoom(1.25));
  find('#farther').addEventListener('click', () => zoom(0.8));

  for (const { canvas } of stages) {
    const fingers = new Map<number, PointerEvent>();
    const apart = (): number => {
      const [a, b] = [...fingers.values()];
      return a && b ? Math.hypot(a.clientX - b.clientX, a.clientY - b.clientY) : 0;
    };
    canvas.addEventListener('mousedown', (event) => {
      // All clips are turned together, so one of them is the only tab stop.
      event.preventDefault();
      stages[0]?.canvas.focus({ preventScroll: true });
    });
    canvas.addEventListener('pointerdown', (event) => {
      fingers.set(event.pointerId, event);
      canvas.setPointerCapture(event.pointerId);
    });
    canvas.addEventListener('pointermove', (event) => {
      const previous = fingers.get(event.pointerId);
      if (previous === undefined) return;
      const distance = apart();
      fingers.set(event.pointerId, event);
      if (fingers.size === 2 && distance > 0) zoom(apart() / distance);
      if (fingers.size === 1) {
        turn((event.clientX - previous.clientX) / 120, (event.clientY - previous.clientY) / 160);
      }
    });
    for (const end of ['pointerup', 'pointercancel'] as const) {
      canvas.addEventListener(end, (event) => fingers.delete(event.pointerId));
    }
    canvas.addEventListener(
      'wheel',
      (event) => {
        // The wheel scrolls the page unless a clip has the focus or a zoom gesture is made.
        if (document.activeElement !== stages[0]?.canvas && !event.ctrlKey) return;
        event.preventDefault();
        zoom(Math.exp(-event.deltaY / 400));
      },
      { passive: false },
    );
  }
  document.addEventListener('keydown', (event) => {
    if (event.altKey || event.ctrlKey || event.metaKey) return;
    const control =
      event.target instanceof Element && event.target.closest('input, select, button');
    const onControl = control !== null && control !== false;
    const keys: Record<string, () => void> = {
      ',': () => seek(Math.round(view.time) - 1),
      '.': () => seek(Math.round(view.time) + 1),
      '+': () => zoom(1.25),
      '=': () => zoom(1.25),
      '-': () => zoom(0.8),
      '0': reset,
      ...(onControl
        ? {}
        : {
            ' ': () => setPlaying(!view.playing),
            Home: () => seek(0),
            End: () => seek(last),
            ArrowLeft: () => turn(-0.12, 0),
            ArrowRight: () => turn(0.12, 0),
            ArrowUp: () => turn(0, 0.08),
            ArrowDown: () => turn(0, -0.08),
          }),
    };
    const action = keys[event.key];
    if (action === undefined) return;
    event.preventDefault();
    action();
  });
  new ResizeObserver(request).observe(document.body);
  matchMedia('(prefers-color-scheme: dark)').addEventListener('change', () => {
    colours = new Map();
    request();
  });
  setPlaying(!matchMedia('(prefers-reduced-motion: reduce)').matches);
}
