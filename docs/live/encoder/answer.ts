import { type Recording, syntheticClasses } from '@halp/data';
import { nearest } from '@halp/protocols';
import { type ClassProbability, likeliest, recordingForRecipe } from '@halp/recipes';
import type { Clip } from '@halp/skeleton';
import type { Gallery } from './gallery.ts';
import { featuresOf, type Model } from './model.ts';
import { placesOn } from './plane.ts';
import { firstFrames, framesSeen } from './prefixes.ts';

/** Nearest clips that vote for a class. */
export const voters = 10;

/** A recording that is asked about. */
export interface Query {
  /** What it is called. */
  readonly title: string;
  /** Its class, where it is known. */
  readonly truth?: string;
  /** What the sensor saw. */
  readonly recording: Recording;
}

/** A clip of the gallery that is near. */
export interface Neighbour {
  /** Its place in the gallery. */
  readonly row: number;
  /** The cosine of the angle between the features. */
  readonly similarity: number;
}

/** What is said of a clip after its first frames. */
export interface Moment {
  /** How many frames those are. */
  readonly frames: number;
  /** What the encoder makes of them. */
  readonly feature: Float32Array;
  /** The classes of the classifier, first the likeliest; none without one. */
  readonly classes: readonly ClassProbability[];
  /** The nearest clips, first the nearest; none before there is a gallery. */
  readonly neighbours: readonly Neighbour[];
  /** The share of the nearest clips that are of a class, first the largest. */
  readonly votes: readonly ClassProbability[];
  /** Where it lies on the gallery's map. */
  readonly place: readonly [number, number] | undefined;
}

/** What is said of a clip while it is seen. */
export interface Answer {
  /** What was asked. */
  readonly query: Query;
  /** The clip as the encoder's view takes it. */
  readonly clip: Clip;
  /** One for each step, the last one of the whole clip. */
  readonly moments: readonly Moment[];
}

/** Asks an encoder about a clip, and about its first frames. */
export async function ask(
  model: Model,
  query: Query,
  gallery: Gallery | undefined,
): Promise<Answer> {
  const { clip } = recordingForRecipe(model.recipe, query.recording, {
    path: query.title,
    trained: model.trained,
  });
  const seen = framesSeen(clip);
  const { features } = await featuresOf(
    model,
    seen.map((frames) => firstFrames(clip, frames)),
  );
  const D = model.encoder.featureSize;
  const found = gallery && (await nearest(gallery, features, { k: voters }));
  const places = gallery && placesOn(gallery.plane, features);
  const moments = seen.map((frames, i): Moment => {
    const feature = features.slice(i * D, (i + 1) * D);
    const neighbours = Array.from(
      found?.rows.subarray(i * voters, (i + 1) * voters) ?? [],
      (row, j): Neighbour => ({ row, similarity: found?.similarities[i * voters + j] as number }),
    );
    return {
      ...{ frames, feature, neighbours },
      classes: model.classifier === undefined ? [] : likeliest(feature, model.classifier),
      votes: votesOf(neighbours, gallery),
      place: places?.[i],
    };
  });
  return { query, clip, moments };
}

/** Of classes with as many votes, the one with a nearer clip comes first. */
function votesOf(
  neighbours: readonly Neighbour[],
  gallery: Gallery | undefined,
): readonly ClassProbability[] {
  const votes = new Map<string, number>();
  for (const { row } of neighbours) {
    const name = syntheticClasses[gallery?.labels[row] as number] as string;
    votes.set(name, (votes.get(name) ?? 0) + 1);
  }
  return [...votes]
    .map(([name, count]) => ({ name, probability: count / voters }))
    .sort((a, b) => b.probability - a.probability);
}
