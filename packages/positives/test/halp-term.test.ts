import * as tf from '@tensorflow/tfjs-core';
import fc from 'fast-check';
import { describe, it } from 'vitest';
import { drawPositives, hallucinate, type HalpLossOptions, halpTerm } from '@halp/positives';
import { createRandom } from '@halp/random';
import { expectClose, onEachBackend } from '@halp/testing';
import {
  angle,
  ascending,
  boundaryByScan,
  matrix,
  onCircle,
  randomUnits,
  rowsOf,
  type Vector,
} from './sphere.ts';

const mean = (numbers: readonly number[]): number =>
  numbers.length === 0 ? 0 : numbers.reduce((sum, x) => sum + x, 0) / numbers.length;

describe('halpTerm', () => {
  onEachBackend(() => {
    it('returns the share of kept positives, their mean angle to the anchors and their mean hardness', () => {
      const settings = fc.record({
        boundary: fc.constantFrom('pairwise' as const, 'exact' as const),
        anchors: fc.constantFrom('key' as const, 'query' as const, 'both' as const),
        lambda: fc.constantFrom(0.8, [0.3, 0.6] as const, { hardness: 0.9 }),
        prototypes: fc.integer({ min: 2, max: 9 }),
        seed: fc.integer(),
      });
      fc.assert(
        fc.property(settings, ({ boundary, anchors, lambda, prototypes: p, seed }) => {
          const rng = createRandom(seed);
          const [queries, keys] = [randomUnits(4, 3, rng), randomUnits(4, 3, rng)];
          const places = randomUnits(p, 3, rng);
          const from = { key: keys, query: queries, both: [...keys, ...queries] }[anchors];
          const draws = drawPositives(
            { anchors: from.length, prototypes: p, count: 6, lambda },
            rng,
          );
          tf.tidy(() => {
            const made = hallucinate(matrix(from), matrix(places), { boundary }, draws);
            const kept = made.kept.dataSync();
            const positives = rowsOf(made.positives, 3);
            const angles = positives
              .map((z, i) => angle(from[Math.floor(i / 6)] as Vector, z))
              .filter((_, i) => kept[i] === 1);
            const shares = Array.from(draws.uniform, (u) => 1 - u).filter((_, i) => kept[i] === 1);
            const options = { boundary, anchors };
            const term = halpTerm(matrix(queries), matrix(keys), matrix(places), options, draws);
            expectClose(term.kept, [mean(Array.from(kept))], { absolute: 1e-6 });
            // A direction is divided by a sine as small as 1e-3, and the rounding error of a cosine is 1e-7.
            expectClose(term.angle, [mean(angles)], { absolute: 2e-4 });
            expectClose(term.hardness, [mean(shares)], { absolute: 1e-6 });
          });
        }),
        { seed: 1, numRuns: 50 },
      );
    });

    it('returns for a fixed hardness that fraction of the angle to the boundary', () => {
      tf.tidy(() => {
        const rng = createRandom(2);
        const [keys, places] = [randomUnits(5, 4, rng), randomUnits(6, 4, rng)];
        const options: HalpLossOptions = { boundary: 'exact', count: 7, lambda: { hardness: 0.6 } };
        const { target } = drawPositives({ anchors: 5, prototypes: 6, count: 7 }, createRandom(3));
        const boundaries = Array.from(target, (index, i) => {
          const key = keys[Math.floor(i / 7)] as Vector;
          const order = ascending(key, places).map((place) => places[place] as Vector);
          const home = order[5] as Vector;
          const others = places.filter((place) => place !== home);
          return boundaryByScan(key, order[index] as Vector, home, others);
        });
        const term = halpTerm(matrix(keys), matrix(keys), matrix(places), options, createRandom(3));
        expectClose(term.kept, [1], { absolute: 0 });
        expectClose(term.hardness, [0.6], { absolute: 1e-6 });
        expectClose(term.angle, [0.6 * mean(boundaries)], { absolute: 1e-5 });
      });
    });

    it('returns for a fixed margin the remaining fraction of the way to the boundary', () => {
      tf.tidy(() => {
        // Arc from 0.1 to 1, boundary half way between the prototypes: t* = 0.4 / 0.9.
        const [key, places] = [matrix([onCircle(0.1)]), matrix([onCircle(1), onCircle(0)])];
        const options = { lambda: 'fixed-margin', count: 3 } as const;
        const term = halpTerm(key, key, places, options, createRandom(0));
        expectClose(term.angle, [0.4 - 0.009], { absolute: 1e-5 });
        expectClose(term.hardness, [1 - 0.009 / 0.4], { absolute: 1e-4 });
        // The anchor is on the boundary, so the angle is 0.
        const there = matrix([onCircle(0.5)]);
        const none = halpTerm(there, there, places, options, createRandom(0));
        expectClose(none.angle, [0], { absolute: 1e-6 });
        expectClose(none.hardness, [0], { absolute: 1e-6 });
      });
    });

    it('returns zero angle and hardness if nothing is kept', () => {
      tf.tidy(() => {
        const key = matrix([onCircle(0.4)]);
        const opposite = matrix([onCircle(0.4 + Math.PI), onCircle(0.5)]);
        for (const places of [opposite, key]) {
          const {
            kept,
            angle: between,
            hardness,
          } = halpTerm(key, key, places, {}, createRandom(0));
          for (const value of [kept, between, hardness]) expectClose(value, [0], { absolute: 0 });
        }
      });
    });
  });
});
