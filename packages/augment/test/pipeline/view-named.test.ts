import { describe, expect, it } from 'vitest';
import {
  aimclrEvaluationView,
  aimclrExtremeView,
  aimclrNormalView,
  centreView,
  checkPipeline,
  downstreamView,
  halpPretrainView,
  isViewName,
  viewNamed,
  viewNames,
} from '@halp/augment';
import { layoutNames, layoutOf } from '@halp/skeleton';

describe('a view by name', () => {
  it('is that of its function, for the layout', () => {
    const layout = 'kinect-v1';
    expect(Object.fromEntries(viewNames.map((name) => [name, viewNamed(name, layout)]))).toEqual({
      halp: halpPretrainView({ layout }),
      downstream: downstreamView(),
      'aimclr-normal': aimclrNormalView(),
      'aimclr-extreme': aimclrExtremeView({ layout }),
      'aimclr-evaluation': aimclrEvaluationView({ layout }),
      centre: centreView(),
    });
  });

  it.each(layoutNames)('fits the joints of %s', (layout) => {
    const joints = layoutOf(layout).joints.length;
    for (const name of viewNames) {
      expect(() => checkPipeline(viewNamed(name, layout), { joints }), name).not.toThrow();
    }
  });

  it('has one of the names', () => {
    expect(viewNames.every(isViewName)).toBe(true);
    for (const name of ['HaLP', 'toString', '', undefined, 1]) expect(isViewName(name)).toBe(false);
    expect(() => viewNamed('toString' as 'halp', 'kinect-v2')).toThrow(
      'viewNamed: expected name among halp, downstream, aimclr-normal',
    );
  });
});
