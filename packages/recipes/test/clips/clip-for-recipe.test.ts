import { describe, expect, it } from 'vitest';
import {
  type Dataset,
  keptPreparation,
  normaliseClip,
  ntuPreparation,
  type Preparation,
  pyskl2dPreparation,
  type RawClip,
  selectBodies,
  syntheticRecording,
  withNormalisation,
} from '@halp/data';
import { createRandom } from '@halp/random';
import {
  changesText,
  clipForRecipe,
  datasetForRecipe,
  datasetForTraining,
  nwUclaHalp,
  type Recipe,
  recordingForRecipe,
  syntheticMoco,
} from '@halp/recipes';
import { createClip, kinectV1, kinectV2, type LayoutName, layoutOf } from '@halp/skeleton';
import { noiseDataset } from '../memory-dataset.ts';

const name = { setup: 1, camera: 2, subject: 3, replication: 1, action: 15 };
const recording = syntheticRecording(name, createRandom(0));
const on = (data: Partial<Recipe['data']>): Recipe => ({
  ...syntheticMoco,
  data: { ...syntheticMoco.data, ...data },
});
const camera = on({ axes: 'camera' });
const path = 'x';

/** A raw clip of distinct numbers. */
function rawOf(layout: LayoutName, persons: number, preparation: Preparation): RawClip {
  const clip = createClip([3, 4, layoutOf(layout).joints.length, persons]);
  clip.data.forEach((_, i) => (clip.data[i] = Math.sin(i + 1)));
  return { clip, layout, preparation };
}

function datasetOf(preparation: Preparation, change: Partial<Dataset> = {}): Dataset {
  return { ...noiseDataset(3), preparation, ...change };
}

const trainedOn = (preparation: Preparation): { set: string; preparation: Preparation } => ({
  ...{ set: 'noise', preparation },
});

describe('a clip for a recipe', () => {
  it('equals the prepared recording', () => {
    const raw = selectBodies(recording, 2);
    const prepared = normaliseClip(raw, kinectV2, { fillTo: raw.shape[1] });
    expect(recordingForRecipe(syntheticMoco, recording, { path }).clip).toEqual(prepared);
  });

  it('has the joints and persons of the recipe, and reports the changes', () => {
    const { clip, changes } = recordingForRecipe(nwUclaHalp, recording, { path });
    expect(clip.shape).toEqual([3, recording.frames.length, kinectV1.joints.length, 1]);
    expect(changes.persons).toEqual({ from: 2, to: 1, clipsCut: 1 });
    expect(changesText(changes)).toContain('persons 2 to 1 (a person left out of 1 clip)');
    expect(changesText(changes)).toContain('joints kinect-v2 to kinect-v1');
    const alone = clipForRecipe(syntheticMoco, rawOf('kinect-v1', 1, keptPreparation), { path });
    expect(alone.clip.shape).toEqual([3, 4, 25, 2]);
    expect(alone.clip.data.filter((_, i) => i % 2 === 1).every((value) => value === 0)).toBe(true);
    expect(alone.changes.joints?.filled.length).toBeGreaterThan(0);
  });

  it('without a run and with camera axes is as recorded, persons in their order, without empty frames', () => {
    const clip = createClip([4, 3, 25, 2]);
    clip.data.fill(2);
    // The middle frame is empty.
    for (let c = 0; c < 4; c++) clip.data.fill(0, (c * 3 + 1) * 50, (c * 3 + 2) * 50);
    const raw = { ...rawOf('kinect-v2', 2, ntuPreparation), clip };
    const seen = clipForRecipe(camera, raw, { path }).clip;
    expect(seen.shape).toEqual([3, 2, 25, 2]);
    expect(seen.data.every((value) => value === 2)).toBe(true);
    const empty = { ...raw, clip: createClip([3, 3, 25, 2]) };
    expect(() => clipForRecipe(camera, empty, { path: 'x.skeleton' })).toThrow(
      'x.skeleton: expected a person in some frame, got none',
    );
  });

  it('is not normalised for a run on a set that was not normalised', () => {
    const raw = rawOf('kinect-v2', 2, ntuPreparation);
    const trained = trainedOn(withNormalisation(ntuPreparation, 'none'));
    expect(clipForRecipe(syntheticMoco, raw, { path, trained }).clip).toEqual(raw.clip);
  });

  it('is refused if its third numbers may be scores and this is not stated', () => {
    const bare = rawOf('coco-17', 1, keptPreparation);
    bare.clip.data.forEach((value, i) => (bare.clip.data[i] = Math.abs(value)));
    const trained = trainedOn(keptPreparation);
    const recipe = on({ layout: 'coco-17', persons: 1 });
    const of = (channelsStated: boolean) => (): unknown =>
      clipForRecipe(recipe, { ...bare, channelsStated }, { path: 'x.json', trained });
    expect(of(false)).toThrow(
      'x.json, which may be scores; say which they are with option channels = xyz',
    );
    expect(of(true)).not.toThrow();
    // An encoder of scores requires the statement too; nothing is guessed.
    const scored = trainedOn(pyskl2dPreparation);
    const unstated = { ...bare, channelsStated: false };
    expect(() => clipForRecipe(recipe, unstated, { path: 'x.json', trained: scored })).toThrow(
      'expected x, y and a score of each joint, got third numbers within [0, 1] in x.json, which may be scores; say',
    );
  });
});

describe('clips that cannot be converted for an encoder are refused by name, raw or prepared:', () => {
  const flat = { ...pyskl2dPreparation };
  const coco = on({ layout: 'coco-17' });
  it.each<[string, Recipe, Preparation, Preparation, string]>([
    ['a score for a depth', coco, keptPreparation, flat, 'expected 3-D clips (x, y, z), got 2-D'],
    [
      'a depth for a score',
      coco,
      flat,
      keptPreparation,
      'expected 2-D clips (x, y, score), got 3-D',
    ],
    [
      ...(['y down for y up', coco, { ...flat, up: 'y' }, flat] as const),
      'expected clips with y up, got -y up',
    ],
    [
      ...(['another scale of the image', coco, { ...flat, unit: 'image' }, flat] as const),
      "expected coordinates in the unit 'image', got coordinates in the unit 'half-image'",
    ],
  ])('%s', (_, recipe, learned, given, message) => {
    const layout = layoutOf('coco-17');
    const trained = trainedOn(learned);
    expect(() =>
      datasetForRecipe(recipe, datasetOf(given, { layout, persons: 2 }), trained),
    ).toThrow(message);
    const raw = rawOf('coco-17', 2, given);
    expect(() => clipForRecipe(recipe, raw, { path, trained })).toThrow(message);
  });

  it('2-D clips of another set in an unstated unit', () => {
    const recipe = on({ layout: 'coco-17' });
    const unstated = { ...pyskl2dPreparation, unit: 'unknown' } as const;
    const layout = layoutOf('coco-17');
    const set = (name: string): Dataset => datasetOf(unstated, { layout, persons: 2, name });
    const trained = trainedOn(unstated);
    expect(() => datasetForRecipe(recipe, set('other'), trained)).toThrow(
      "expected x and y in the unit of 'noise', got 'other', which states none",
    );
    expect(datasetForRecipe(recipe, set('noise'), trained).changes).toEqual({});
  });

  it('another normalisation, and an unstated one except for the training set itself', () => {
    const unknown = withNormalisation(ntuPreparation, 'unknown');
    const upright = trainedOn(ntuPreparation);
    const centred = datasetOf(withNormalisation(ntuPreparation, 'center'));
    expect(() => datasetForRecipe(syntheticMoco, centred, upright)).toThrow(
      "expected the normalisation 'upright', got 'center' from 'noise'",
    );
    const advice = 'prepare the arrays again with option normalisation';
    expect(() => datasetForRecipe(syntheticMoco, datasetOf(unknown), upright)).toThrow(advice);
    expect(() => datasetForRecipe(syntheticMoco, datasetOf(unknown), undefined)).toThrow(advice);
    const trained = trainedOn(unknown);
    expect(() => datasetForRecipe(syntheticMoco, datasetOf(ntuPreparation), trained)).toThrow(
      advice,
    );
    const raw = rawOf('kinect-v2', 2, ntuPreparation);
    expect(() => clipForRecipe(syntheticMoco, raw, { path, trained })).toThrow(advice);
    expect(datasetForRecipe(syntheticMoco, datasetOf(unknown), trained).changes).toEqual({});
    expect(() =>
      datasetForRecipe(syntheticMoco, datasetOf(unknown, { name: 'other' }), trained),
    ).toThrow(advice);
  });
});

describe('training', () => {
  it('uses the axes of the recipe, like evaluation', async () => {
    const upright = datasetOf(ntuPreparation);
    const seen = datasetForTraining(camera, upright);
    const evaluated = datasetForRecipe(camera, upright, trainedOn(ntuPreparation)).dataset;
    expect((await seen.get(1)).clip).toEqual((await evaluated.get(1)).clip);
    expect((await seen.get(1)).clip).not.toEqual((await upright.get(1)).clip);
    expect(datasetForTraining(camera, seen)).toBe(seen);
    expect(datasetForTraining(syntheticMoco, upright)).toBe(upright);
    const recorded = datasetOf(withNormalisation(ntuPreparation, 'none'));
    expect(await datasetForTraining(camera, recorded).get(1)).toEqual(await recorded.get(1));
  });

  it('refuses camera axes if the up axis is unknown', () => {
    const unknown = datasetOf(withNormalisation(ntuPreparation, 'unknown'));
    expect(() => datasetForTraining(camera, unknown)).toThrow('expected clips with y or z up');
    expect(() => datasetForTraining(camera, noiseDataset(3))).toThrow(
      'expected a data set that says how it was prepared',
    );
  });
});
