import { describe, expect, it } from 'vitest';
import { createRandom } from '@halp/random';
import {
  clipForRecipe,
  gradientProbe,
  importEncoder,
  importParts,
  nwUclaMoco,
  reduced,
  representationProbe,
  smoke,
} from '@halp/recipes';

/** Options with a name that no function has. */
const wrong = { unknown: 1 } as never;
const none = {} as never;

describe('an unknown option is refused by name', () => {
  it.each([
    ['importEncoder', () => importEncoder(nwUclaMoco, wrong)],
    ['importParts', () => importParts(nwUclaMoco, wrong)],
    ['representationProbe', () => representationProbe(none, none, wrong)],
    ['gradientProbe', () => gradientProbe(nwUclaMoco, none, none, createRandom(0), wrong)],
    ['clipForRecipe', () => clipForRecipe(nwUclaMoco, none, wrong)],
    ['reduced', () => reduced(nwUclaMoco, { ...smoke, ...(wrong as object) })],
  ])('by %s', async (name, call) => {
    await expect(async () => call()).rejects.toThrow(`${name}: expected an option among `);
  });
});
