import { createRandom } from '@halp/random';
import { plus, times, unit, type Vector } from './vectors.ts';

const CENTRES = 5;
/** How many keys there are. */
export const keyCount = 60;

/** Made-up embeddings of clips: points of the sphere in a few loose clusters. */
export function drawKeys(seed: number): readonly Vector[] {
  const rng = createRandom(seed).fork('keys');
  const draw = (): Vector => [rng.normal(), rng.normal(), rng.normal()];
  const centres = Array.from({ length: CENTRES }, () => unit(draw()));
  return Array.from({ length: keyCount }, (_, i) =>
    asFloat32(unit(plus(centres[i % CENTRES] as Vector, draw(), 0.32))),
  );
}

/** The other view of a key's clip: a point near it. */
export function drawQuery(key: Vector, seed: number, anchor: number): Vector {
  const rng = createRandom(seed).fork('query', anchor);
  const away = unit([rng.normal(), rng.normal(), rng.normal()]);
  return asFloat32(unit(plus(key, times(away, 0.35))));
}

/** What a tensor holds of it, so that what is shown is what is computed with. */
function asFloat32(vector: Vector): Vector {
  return [...new Float32Array(vector)] as unknown as Vector;
}
