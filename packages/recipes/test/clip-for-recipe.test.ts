import { normaliseClip, selectBodies, syntheticRecording } from '@halp/data';
import { createRandom } from '@halp/random';
import {
  clipForRecipe,
  nwUclaHalp,
  recordingForRecipe,
  syntheticMoco,
  type Recipe,
} from '@halp/recipes';
import { createClip, kinectV1, kinectV2 } from '@halp/skeleton';
import { describe, expect, it } from 'vitest';

const name = { setup: 1, camera: 2, subject: 3, replication: 1, action: 15 };
const recording = syntheticRecording(name, createRandom(0));
const camera: Recipe = {
  ...syntheticMoco,
  data: { ...syntheticMoco.data, axes: 'camera' },
};

describe('a clip for a recipe', () => {
  it('is what preparing makes of the recording', () => {
    const raw = selectBodies(recording, 2);
    const prepared = normaliseClip(raw, kinectV2, { fillTo: raw.shape[1] });
    expect(recordingForRecipe(syntheticMoco, recording, 'x')).toEqual(prepared);
  });

  it('has the joints and persons of the recipe', () => {
    const clip = recordingForRecipe(nwUclaHalp, recording, 'x');
    expect(clip.shape).toEqual([3, recording.frames.length, kinectV1.joints.length, 1]);
    const alone = createClip([3, 4, 20, 1]);
    alone.data.fill(1);
    const paired = clipForRecipe(syntheticMoco, alone, kinectV1, 'x');
    expect(paired.shape).toEqual([3, 4, 25, 2]);
    expect(paired.data.filter((_, i) => i % 2 === 1).every((value) => value === 0)).toBe(true);
  });

  it('leaves coordinates as recorded where the recipe has them so, without frames of nobody', () => {
    const clip = createClip([4, 3, 25, 2]);
    clip.data.fill(2);
    // Nobody in the frame in the middle.
    for (let c = 0; c < 4; c++) clip.data.fill(0, (c * 3 + 1) * 50, (c * 3 + 2) * 50);
    const seen = clipForRecipe(camera, clip, kinectV2, 'x');
    expect(seen.shape).toEqual([3, 2, 25, 2]);
    expect(seen.data.every((value) => value === 2)).toBe(true);
    const empty = createClip([3, 3, 25, 2]);
    expect(() => clipForRecipe(camera, empty, kinectV2, 'x.skeleton')).toThrow(
      'x.skeleton: expected a person in some frame, got none',
    );
  });
});
