import { createRandom } from '@halp/random';
import { plus, times, unit, type Vector } from './vectors.ts';

const CENTRES = 5;
/** Number of keys. */
export const keyCount = 60;

/** Random embeddings of clips: points on the sphere in a few loose clusters. */
export function drawKeys(seed: number): readonly Vector[] {
  const rng = createRandom(seed).fork('keys');
  const draw = (): Vector => [rng.normal(), rng.normal(), rng.normal()];
  const centres = Array.from({ length: CENTRES }, () => unit(draw()));
  return Array.from({ length: keyCount }, (_, i) =>
    asFloat32(unit(plus(centres[i % CENTRES] as Vector, draw(), 0.32))),
  );
}

/** The query of a key: a point near it, as for another view of the same clip. */
export function drawQuery(key: Vector, seed: number, anchor: number): Vector {
  const rng = createRandom(seed).fork('query', anchor);
  const away = unit([rng.normal(), rng.normal(), rng.normal()]);
  return asFloat32(unit(plus(key, times(away, 0.35))));
}

/** Rounds to float32, so that the page shows the values that tensors hold. */
function asFloat32(vector: Vector): Vector {
  return [...new Float32Array(vector)] as unknown as Vector;
}
