import { describe, expect, it } from 'vitest';
import { kineticsPreparation, ntuPreparation, pyskl2dPreparation } from '@halp/data';
import { type Recipe, recipeNamed, statedPreparation, syntheticMoco } from '@halp/recipes';

const onLayout = (layout: Recipe['data']['layout']): Recipe => ({
  ...syntheticMoco,
  data: { ...syntheticMoco.data, layout },
});

describe('a stated preparation', () => {
  it('is the one implied by the recipe if nothing is stated', () => {
    expect(statedPreparation(syntheticMoco, {})).toEqual(ntuPreparation);
    expect(statedPreparation(onLayout('openpose-18'), {})).toEqual(kineticsPreparation);
    expect(statedPreparation(recipeNamed('ntu60-xview-skeletonclr'), {})).toMatchObject({
      ...{ normalisation: 'none', up: 'y', emptyFrames: 'removed', bodies: 'position' },
    });
  });

  it('has the up axis of the stated normalisation, unless `up` is stated too', () => {
    const { up, ...rest } = statedPreparation(syntheticMoco, { normalisation: 'none' });
    expect([up, rest.normalisation, rest.unit]).toEqual(['y', 'none', 'metre']);
    expect(statedPreparation(syntheticMoco, { normalisation: 'none', up: 'z' }).up).toBe('z');
  });

  it('has the implied values of the stated channels', () => {
    expect(statedPreparation(onLayout('coco-17'), { channels: 'xyz' })).toMatchObject({
      ...{ channels: 'xyz', unit: 'metre', normalisation: 'upright', up: 'z' },
    });
    expect(statedPreparation(syntheticMoco, { channels: 'xy-score' })).toEqual(pyskl2dPreparation);
  });

  it.each([
    [
      { normalisation: 'unknown' },
      'expected none or center or yaw or upright or min-max as normalisation, got',
    ],
    [{ normalisation: 'raw' }, 'expected none or center'],
    [{ channels: 'xyzw' }, "expected xyz or xy-score as channels, got 'xyzw'"],
    [{ size: 1 }, 'expected channels, up, unit, normalisation, emptyFrames, bodies, got '],
    [
      { channels: 'xy-score', normalisation: 'upright' },
      'expected the normalisation none or min-max for x, y and a score, got upright',
    ],
  ])('is refused where it is none: %o', (stated, message) => {
    expect(() => statedPreparation(syntheticMoco, stated as never)).toThrow(
      `statedPreparation: ${message}`,
    );
  });
});
