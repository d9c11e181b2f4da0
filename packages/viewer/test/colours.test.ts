import { describe, expect, it } from 'vitest';
import { pageColours, personColourCount, personColours } from '../src/colours.ts';

/** The relative luminance of `#rrggbb`, WCAG 2.2. */
function luminance(colour: string): number {
  const [red, green, blue] = [1, 3, 5].map((at) => {
    const value = parseInt(colour.slice(at, at + 2), 16) / 255;
    return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
  }) as [number, number, number];
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

function contrast(a: string, b: string): number {
  const [light, dark] = [luminance(a), luminance(b)].sort((x, y) => y - x) as [number, number];
  return (light + 0.05) / (dark + 0.05);
}

describe('the colours of persons', () => {
  it.each(['light', 'dark'] as const)(
    'have a contrast of at least 3:1 with the %s page and its cards',
    (mode) => {
      expect(contrast('#000000', '#ffffff')).toBeCloseTo(21, 9);
      for (let person = 0; person < personColourCount; person++) {
        for (const side of ['left', 'middle', 'right'] as const) {
          const colour = personColours(person)[side];
          for (const ground of ['page', 'card'] as const) {
            const ratio = contrast(colour[mode], pageColours[ground][mode]);
            expect(ratio, `${side} of person ${person} on a ${ground}`).toBeGreaterThanOrEqual(3);
          }
        }
      }
    },
  );
});
