import { createHash } from 'node:crypto';
import type { RawClip } from '@halp/data';
import { clipForRecipe, type EncoderModel, type ModelInput } from '@halp/recipes';

/** A model whose features are kept, since the same windows are compared with many lessons; and its time without that. */
export interface MeasuredModel extends EncoderModel {
  /** The milliseconds of each window that was encoded. */
  readonly milliseconds: readonly number[];
}

/** Keeps the features of a model. */
export function remembering(model: EncoderModel): MeasuredModel {
  const known = new Map<string, Float32Array>();
  const milliseconds: number[] = [];
  return {
    ...model,
    milliseconds,
    async embed(clips) {
      const rows: Float32Array[] = [];
      for (const clip of clips) {
        const { data, shape } = (clip as RawClip).clip;
        const bytes = new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
        const key = `${shape.join()} ${createHash('sha1').update(bytes).digest('hex')}`;
        let row = known.get(key);
        if (row === undefined) {
          const began = performance.now();
          row = (await model.embed([clip])).data;
          milliseconds.push(performance.now() - began);
          known.set(key, row);
        }
        rows.push(row);
      }
      const data = Float32Array.from(rows.flatMap((row) => [...row]));
      return { data, shape: [clips.length, model.featureSize] };
    },
  };
}

/** Frames of the coordinates. */
const FRAMES = 32;

/**
 * The coordinates of a clip as its features: centred and rotated as for the encoder, resampled to 32 frames. It is the floor
 * that an encoder has to exceed.
 */
export function coordinatesModel(model: EncoderModel): EncoderModel {
  const V = 20;
  const featureSize = 3 * FRAMES * V;
  const rowOf = (input: ModelInput): Float32Array => {
    const { clip } = clipForRecipe(model.recipe, input as RawClip, {
      path: 'clip',
      trained: undefined,
    });
    const [, T, joints] = clip.shape;
    const row = new Float32Array(featureSize);
    for (let c = 0; c < 3; c++) {
      for (let t = 0; t < FRAMES; t++) {
        const place = (t * (T - 1)) / (FRAMES - 1);
        const before = Math.floor(place);
        const after = Math.min(T - 1, before + 1);
        for (let v = 0; v < V; v++) {
          const at = (frame: number): number => clip.data[(c * T + frame) * joints + v] as number;
          row[(c * FRAMES + t) * V + v] = at(before) + (place - before) * (at(after) - at(before));
        }
      }
    }
    return row;
  };
  return {
    ...model,
    featureSize,
    async embed(clips) {
      const data = Float32Array.from(clips.flatMap((clip) => [...rowOf(clip)]));
      return { data, shape: [clips.length, featureSize] };
    },
  };
}
