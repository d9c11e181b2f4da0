import type { Random } from '@halp/random';
import type { GoldenCase } from '@halp/testing';
import type { Features } from '../src/index.ts';

type GoldenArray = GoldenCase['arrays'][string];

export function floats(array: GoldenArray | undefined): Float32Array {
  return Float32Array.from(numbers(array));
}

export function ints(array: GoldenArray | undefined): Int32Array {
  return Int32Array.from(numbers(array));
}

function numbers(array: GoldenArray | undefined): number[] {
  if (!array) throw new Error('the case lacks this array');
  return Array.from(array.data as ArrayLike<number | bigint>, Number);
}

export function features(
  rows: readonly (readonly number[])[],
  labels: readonly number[],
): Features {
  return { features: Float32Array.from(rows.flat()), labels: Int32Array.from(labels) };
}

/** Clusters at distance `spread` from the origin, one a class, with unit noise. */
export function clusters(
  count: number,
  { classes, size, spread }: { classes: number; size: number; spread: number },
  rng: Random,
): Features {
  const labels = Int32Array.from({ length: count }, (_, i) => i % classes);
  const centres = Array.from({ length: classes }, (_, c) => {
    const stream = rng.fork('centre', c);
    return Array.from({ length: size }, () => (spread * stream.normal()) / Math.sqrt(size));
  });
  return {
    features: Float32Array.from(
      Array.from(labels, (label) => centres[label] ?? []).flatMap((centre) =>
        centre.map((value) => value + rng.normal() / Math.sqrt(size)),
      ),
    ),
    labels,
  };
}

/** sin(rate · i + phase) for i from 0: the same numbers in every language. */
export function wave(count: number, rate: number, phase: number): Float32Array {
  return Float32Array.from({ length: count }, (_, i) => Math.sin(rate * i + phase));
}
