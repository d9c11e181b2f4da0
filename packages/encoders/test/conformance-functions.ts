import { describe, expect, it } from 'vitest';
import type { encoderConformance } from '@halp/encoders/conformance';

/** Whether a test of the suite is declared, by its name. */
export type Wanted = (name: string) => boolean;

const CENTRAL = 'central differences';
/** Tests that compare gradients with hundreds of passes. */
export const centralDifferences: Wanted = (name) => name.includes(CENTRAL);
/** All others. */
export const withoutCentralDifferences: Wanted = (name) => !name.includes(CENTRAL);

/** The test functions for the suite, which declare what is wanted. */
export const functionsFor = (wanted: Wanted): Parameters<typeof encoderConformance>[1] => ({
  ...{ describe, expect },
  it: (name, body) => {
    if (wanted(name)) it(name, body);
  },
});
