import { expect, it } from 'vitest';
import { fillEmptyFrames, normaliseClip, preparationText, preparedClip } from '@halp/data';
import { createClip, kinectV1, kinectV2 } from '@halp/skeleton';
import {
  keptPreparation,
  kineticsPreparation,
  ntuPreparation,
  withNormalisation,
} from '../../src/prepared/preparation.ts';

/** Four frames of one person, without anybody in the second one. */
function raw(): ReturnType<typeof createClip> {
  const clip = createClip([3, 4, 25, 1]);
  clip.data.forEach((_, i) => (clip.data[i] = Math.sin(i + 1)));
  for (let c = 0; c < 3; c++) clip.data.fill(0, (c * 4 + 1) * 25, (c * 4 + 2) * 25);
  return clip;
}

it('a prepared clip is normalised and filled as its preparation says', () => {
  expect(preparedClip(raw(), kinectV2, ntuPreparation, { frames: 9 })).toEqual(
    normaliseClip(raw(), kinectV2, { fillTo: 9 }),
  );
  expect(preparedClip(raw(), kinectV2, keptPreparation)).toEqual(normaliseClip(raw(), kinectV2));
  const asRecorded = withNormalisation(ntuPreparation, 'none');
  expect(preparedClip(raw(), kinectV2, asRecorded)).toEqual(fillEmptyFrames(raw(), 4));
});

it('frames without the first person are removed on request, and a clip without any other frame is refused', () => {
  const form = { normalisation: 'none', emptyFrames: 'removed' } as const;
  const clip = preparedClip(raw(), kinectV2, form);
  expect(clip.shape).toEqual([3, 3, 25, 1]);
  expect(clip.data[25]).toBe(raw().data[50]);
  expect(() => preparedClip(createClip([3, 2, 25, 1]), kinectV2, form)).toThrow(
    'expected a person in some frame, got none',
  );
});

it('up is where the normalisation puts it, and stays where images have it', () => {
  expect(withNormalisation(ntuPreparation, 'center').up).toBe('y');
  expect(withNormalisation(ntuPreparation, 'upright').up).toBe('z');
  expect(withNormalisation(kineticsPreparation, 'min-max').up).toBe('y');
});

it('is described in words', () => {
  expect(preparationText(keptPreparation, kinectV1)).toBe(
    'x, y, z in metres, z up; centred on spine in each frame, upright and facing the camera in the first',
  );
  expect(preparationText(kineticsPreparation, kinectV2)).toBe(
    'x and y from -0.5 to 0.5 across the image, y up, and the score; not normalised',
  );
});
