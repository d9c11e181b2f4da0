import { describe, expect, it } from 'vitest';
import type { encoderConformance } from '@halp/encoders/conformance';

/** Decides by name whether a test of the suite is declared. */
export type Wanted = (name: string) => boolean;

const CENTRAL = 'central differences';
/** Selects the gradient checks, which need hundreds of forward passes. */
export const centralDifferences: Wanted = (name) => name.includes(CENTRAL);
/** Selects all other tests. */
export const withoutCentralDifferences: Wanted = (name) => !name.includes(CENTRAL);

/** The test functions for the suite; they declare only the selected tests. */
export const functionsFor = (wanted: Wanted): Parameters<typeof encoderConformance>[1] => ({
  ...{ describe, expect },
  it: (name, body) => {
    if (wanted(name)) it(name, body);
  },
});
