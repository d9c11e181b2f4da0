import type { Recording } from '@halp/data';
import { nearest } from '@halp/protocols';
import { type ClassProbability, likeliest, recordingForRecipe } from '@halp/recipes';
import type { Clip } from '@halp/skeleton';
import type { Gallery } from './gallery.ts';
import { featuresOf, type Model } from './model.ts';
import { placesOn } from './plane.ts';
import { firstFrames, framesSeen } from './prefixes.ts';

/** Number of nearest clips that vote for a class. */
export const voters = 10;

/** A query recording. */
export interface Query {
  /** Its name. */
  readonly title: string;
  /** Its class, if known. */
  readonly truth?: string;
  /** What the sensor saw. */
  readonly recording: Recording;
}

/** A neighbour in the gallery. */
export interface Neighbour {
  /** Its index in the gallery. */
  readonly row: number;
  /** Cosine similarity of the features. */
  readonly similarity: number;
}

/** The result for the first frames of a clip. */
export interface Moment {
  /** Number of frames. */
  readonly frames: number;
  /** The encoder's feature. */
  readonly feature: Float32Array;
  /** The classifier's classes, the most probable first. Empty without a classifier. */
  readonly classes: readonly ClassProbability[];
  /** The nearest clips, the nearest first. Empty without a gallery. */
  readonly neighbours: readonly Neighbour[];
  /** The fraction of the nearest clips with each class, the largest first. */
  readonly votes: readonly ClassProbability[];
  /** Its position on the gallery's map. */
  readonly place: readonly [number, number] | undefined;
}

/** The results for a clip after each step. */
export interface Answer {
  /** The query. */
  readonly query: Query;
  /** The clip in the encoder's view. */
  readonly clip: Clip;
  /** One result per step. The last one covers the whole clip. */
  readonly moments: readonly Moment[];
}

/** Encodes a clip and its prefixes and compares them with the gallery. */
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

/** On a tie, the class with the nearest clip comes first. */
function votesOf(
  neighbours: readonly Neighbour[],
  gallery: Gallery | undefined,
): readonly ClassProbability[] {
  const votes = new Map<string, number>();
  for (const { row } of neighbours) {
    const name = gallery?.classes[gallery.labels[row] as number] as string;
    votes.set(name, (votes.get(name) ?? 0) + 1);
  }
  return [...votes]
    .map(([name, count]) => ({ name, probability: count / voters }))
    .sort((a, b) => b.probability - a.probability);
}
