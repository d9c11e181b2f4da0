import type { RawClip } from '@halp/data';
import type { EncoderModel } from '@halp/recipes';
import type { Clip } from '@halp/skeleton';

/** A model that remembers features. */
export interface RememberingModel extends EncoderModel {
  /** The feature of a clip that was embedded. */
  readonly featureOf: (clip: Clip) => Float32Array | undefined;
  /** The feature of the clip that was embedded last. */
  readonly latest: () => Float32Array | undefined;
}

/**
 * A model that remembers the features of clips as long as these are in use, so that the takes of a lesson are encoded once
 * however often its recogniser is rebuilt, and the takes nearest to a movement can be shown.
 */
export function rememberingModel(model: EncoderModel): RememberingModel {
  const features = new WeakMap<Clip, Float32Array>();
  let latest: Float32Array | undefined;
  return {
    ...model,
    featureOf: (clip) => features.get(clip),
    latest: () => latest,
    async embed(clips) {
      const D = model.featureSize;
      const rows: Float32Array[] = [];
      for (const each of clips) {
        const { clip } = each as RawClip;
        const known = features.get(clip) ?? (await model.embed([each])).data.slice(0, D);
        features.set(clip, known);
        latest = known;
        rows.push(known);
      }
      const data = new Float32Array(rows.length * D);
      rows.forEach((row, i) => data.set(row, i * D));
      return { data, shape: [rows.length, D] };
    },
  };
}

/** The cosine of the angle between two features. */
export function cosine(a: Float32Array, b: Float32Array): number {
  let [product, aa, bb] = [0, 0, 0];
  for (let i = 0; i < a.length; i++) {
    const [x, y] = [a[i] as number, b[i] as number];
    product += x * y;
    aa += x * x;
    bb += y * y;
  }
  return aa * bb === 0 ? 0 : product / Math.sqrt(aa * bb);
}
