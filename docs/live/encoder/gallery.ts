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
import { type Plane, principalPlane } from './plane.ts';

/** A clip that others are compared with. */
export interface Exhibit {
  /** The name of its file, if it had one. */
  readonly name: string;
  /** Its class, from 0. */
  readonly label: number;
  /** What the sensor saw. */
  readonly recording: Recording;
}

/** Clips that others are compared with, as an encoder has them. */
export interface Gallery extends Features {
  /** The clips, in the order of the features. */
  readonly exhibits: readonly Exhibit[];
  /** Where their map is drawn. */
  readonly plane: Plane;
}

/** Lets the page answer between two pieces of work. */
const pause = (): Promise<void> => new Promise((resolve) => setTimeout(resolve));

/** The names of the clips: those of the training part, one take of each. */
const names: readonly string[] = syntheticNames({ replications: 1 }).filter(
  (name) => (parseNtuName(name) as NtuName).subject % 2 === 1,
);

/** Makes the recordings, a few at a time. */
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
  return {
    ...features,
    exhibits,
    plane: principalPlane(features.features, model.encoder.featureSize),
  };
}

/** What an exhibit is, in words. */
export function exhibitText({ name, label }: Exhibit): string {
  return `${syntheticClasses[label]}, ${name}`;
}
