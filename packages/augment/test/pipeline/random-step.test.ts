import { describe, expect, it } from 'vitest';
import { createRandom } from '@halp/random';
import {
  aimclrEvaluationView,
  aimclrExtremeView,
  centreView,
  compilePipeline,
  downstreamView,
  halpPretrainView,
  type Pipeline,
  randomStepOf,
  sometimes,
  type Step,
} from '../../src/index.ts';
import { noiseClip } from '../clips.ts';

const clip = noiseClip([3, 100, 25, 1]);
const shear: Step = { kind: 'shear' };
const crop: Step = { kind: 'centre-crop', size: 20 };

/** The number of different results of 40 random streams. */
async function results(pipeline: Pipeline): Promise<number> {
  const view = await compilePipeline(pipeline);
  const seen = Array.from({ length: 40 }, (_, seed) => view(clip, createRandom(seed)).data.join());
  return new Set(seen).size;
}

describe('randomStepOf', () => {
  it.each<{ readonly pipeline: Pipeline }>([
    { pipeline: [] },
    { pipeline: centreView() },
    { pipeline: aimclrEvaluationView() },
    { pipeline: [{ kind: 'temporal-flip' }] },
    { pipeline: [{ kind: 'spatial-flip', layout: 'kinect-v2', axis: 'x' }] },
    { pipeline: [{ kind: 'crop-resize', size: 20, ratio: [1, 1], minimum: 1 }] },
    { pipeline: [{ kind: 'rotation', main: [0.5, 0.5], others: [0.5, 0.5] }] },
    { pipeline: [{ kind: 'gaussian-blur', sigma: [1, 1] }] },
    { pipeline: [{ kind: 'axis-mask', axis: 'z' }] },
    { pipeline: [{ kind: 'one-of', choices: [{ probability: 1, steps: [crop] }] }] },
  ])(
    'is undefined if every random stream gives the same result: $pipeline',
    async ({ pipeline }) => {
      expect(randomStepOf(pipeline)).toBeUndefined();
      expect(await results(pipeline)).toBe(1);
    },
  );

  it.each<readonly [string, Pipeline]>([
    ["step 0 ('crop-resize')", halpPretrainView()],
    ["step 0 ('crop-resize')", downstreamView()],
    ["step 1 ('temporal-crop')", aimclrExtremeView()],
    ["step 0 ('crop-resize')", [{ kind: 'crop-resize', size: 20, ratio: [0.9, 1], minimum: 1 }]],
    ["step 0 ('crop-resize')", [{ kind: 'crop-resize', size: 20, ratio: [0.5, 0.5], minimum: 1 }]],
    ["step 0 ('rotation')", [{ kind: 'rotation', main: [0.5, 0.5], others: [0, 0] }]],
    ["step 0 ('rotation')", [{ kind: 'rotation', main: [0, 0.5], others: [0, 0.5] }]],
    ["step 0 ('gaussian-blur')", [{ kind: 'gaussian-blur', sigma: [0.1, 2] }]],
    ["step 0 ('gaussian-noise')", [{ kind: 'gaussian-noise', deviation: 0.01 }]],
    ["step 0 ('axis-mask')", [{ kind: 'axis-mask' }]],
    ["step 0 ('joint-corruption')", [{ kind: 'joint-corruption', joints: 15 }]],
    ["step 1 ('shear')", [crop, shear]],
    ["step 1 ('one-of')", [crop, sometimes(0.5, [{ kind: 'temporal-flip' }])]],
    [
      "step 0 ('one-of'), choice 0, step 1 ('shear')",
      [{ kind: 'one-of', choices: [{ probability: 1, steps: [crop, shear] }] }],
    ],
  ])('is %s, the step that makes the result random', async (step, pipeline) => {
    expect(randomStepOf(pipeline)).toBe(step);
    expect(await results(pipeline)).toBeGreaterThan(1);
  });
});
