import { describe, expect, it } from 'vitest';
import { createSmoother } from '../../src/recognise/smoother.ts';
import { createTurns } from '../../src/recognise/turns.ts';

/** The labels after scores of two labels. */
function labelsOf(
  windows: readonly (readonly [number, number])[],
  options: { readonly smoothing?: number; readonly margin?: number } = {},
): (number | undefined)[] {
  const smoother = createSmoother({ threshold: 0.5, smoothing: 0, margin: 0.1, ...options });
  return windows.map((scores) => smoother.next(Float64Array.from(scores)).label);
}

describe('a smoothed label', () => {
  it('is the largest from the threshold on', () => {
    expect(labelsOf([[0.4, 0.2]])).toEqual([undefined]);
    expect(labelsOf([[0.5, 0.2]])).toEqual([0]);
    expect(labelsOf([[0.5, 0.6]])).toEqual([1]);
  });

  it('does not flicker between labels within the margin', () => {
    const flicker = [0, 1, 2, 3, 4, 5].map((i): [number, number] => [
      0.6,
      i % 2 === 0 ? 0.55 : 0.65,
    ]);
    expect(labelsOf(flicker)).toEqual([0, 0, 0, 0, 0, 0]);
    expect(labelsOf(flicker, { margin: 0 })).toEqual([0, 1, 0, 1, 0, 1]);
  });

  it('does not flicker around the threshold', () => {
    const flicker = [0.52, 0.48, 0.52, 0.45, 0.39, 0.48, 0.5].map((x): [number, number] => [x, 0]);
    expect(labelsOf(flicker)).toEqual([0, 0, 0, 0, undefined, undefined, 0]);
  });

  it('changes to a label that is clearly better, but not to one below the threshold', () => {
    expect(
      labelsOf([
        [0.6, 0],
        [0.6, 0.71],
      ]),
    ).toEqual([0, 1]);
    expect(
      labelsOf([
        [0.6, 0],
        [0.1, 0.45],
      ]),
    ).toEqual([0, undefined]);
    expect(
      labelsOf([
        [0.6, 0],
        [0.1, 0.7],
      ]),
    ).toEqual([0, 1]);
  });

  it('has the exponential mean of the scores', () => {
    const smoother = createSmoother({ threshold: 0, smoothing: 0.75, margin: 0 });
    smoother.next(Float64Array.of(1));
    smoother.next(Float64Array.of(0));
    expect([...smoother.next(Float64Array.of(0.4)).scores]).toEqual([0.75 * 0.75 + 0.25 * 0.4]);
    smoother.clear();
    expect([...smoother.next(Float64Array.of(0.2)).scores]).toEqual([0.2]);
  });
});

describe('turns', () => {
  it('drop what comes meanwhile, except one piece that is kept', async () => {
    const inTurn = createTurns();
    const order: string[] = [];
    let open: () => void = () => undefined;
    const slow = inTurn(async () => {
      await new Promise<void>((done) => (open = done));
      order.push('slow');
      return 1;
    }, false);
    const work = (name: string) => (): Promise<string> => {
      order.push(name);
      return Promise.resolve(name);
    };
    const dropped = inTurn(work('dropped'), false);
    const kept = inTurn(work('kept'), true);
    const second = inTurn(work('second'), true);
    expect([await dropped, await second]).toEqual([undefined, undefined]);
    open();
    expect([await slow, await kept]).toEqual([1, 'kept']);
    expect(order).toEqual(['slow', 'kept']);
    expect(await inTurn(work('later'), false)).toBe('later');
  });

  it('go on after an error', async () => {
    const inTurn = createTurns();
    await expect(inTurn(() => Promise.reject(new Error('no')), false)).rejects.toThrow('no');
    expect(await inTurn(() => Promise.resolve(2), false)).toBe(2);
  });
});
