import {
  type NtuName,
  parseNtuName,
  type Recording,
  syntheticClasses,
  syntheticNames,
  syntheticRecording,
} from '@halp/data';
import type { Features } from '@halp/protocols';
import { createRandom } from '@halp/random';
import { recordingForRecipe } from '@halp/recipes';
import { featuresOf, type Model } from './model.ts';
import { knownSimilarity, performersOf } from './outside.ts';
import { type Plane, principalPlane } from './plane.ts';

/** A clip of the gallery. */
export interface Exhibit {
  /** The name of its file, if any. */
  readonly name: string;
  /** Its class, from 0. */
  readonly label: number;
  /** What the sensor saw. */
  readonly recording: Recording;
}

/** The gallery: clips with their features. */
export interface Gallery extends Features {
  /** The clips, in the order of the features. */
  readonly exhibits: readonly Exhibit[];
  /** The plane of their map. */
  readonly plane: Plane;
  /** The names of the classes. */
  readonly classes: readonly string[];
  /** The similarity below which a clip is probably of none of the classes, see `outside.ts`. */
  readonly knownSimilarity: number;
}

/** Yields to the page's event loop. */
const pause = (): Promise<void> => new Promise((resolve) => setTimeout(resolve));

/** The names of the clips: one take of each clip of the training part. */
const names: readonly string[] = syntheticNames({ replications: 1 }).filter(
  (name) => (parseNtuName(name) as NtuName).subject % 2 === 1,
);

/** Generates the recordings, a few at a time. */
export async function makeExhibits(
  onProgress: (done: number, all: number) => void,
): Promise<readonly Exhibit[]> {
  const made: Exhibit[] = [];
  let rested = performance.now();
  for (const name of names) {
    const facts = parseNtuName(name) as NtuName;
    made.push({
      ...{ name, label: facts.action - 1 },
      recording: syntheticRecording(facts, createRandom(0)),
    });
    if (performance.now() - rested < 30) continue;
    onProgress(made.length, names.length);
    await pause();
    rested = performance.now();
  }
  return made;
}

/** Encodes the recordings. */
export async function makeGallery(model: Model, exhibits: readonly Exhibit[]): Promise<Gallery> {
  const clips = exhibits.map(
    ({ recording, name }) =>
      recordingForRecipe(model.recipe, recording, { path: name, trained: model.trained }).clip,
  );
  await pause();
  const features = await featuresOf(
    model,
    clips,
    Int32Array.from(exhibits, ({ label }) => label),
  );
  await pause();
  const size = model.encoder.featureSize;
  return {
    ...features,
    exhibits,
    plane: principalPlane(features.features, size),
    classes: syntheticClasses,
    knownSimilarity: knownSimilarity(features.features, size, performersOf(exhibits)),
  };
}

/** Class and name of a gallery clip. */
export function exhibitText({ name, label }: Exhibit): string {
  return `${syntheticClasses[label]}, ${name}`;
}
