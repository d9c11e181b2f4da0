import { describe, expect, it } from 'vitest';
import { perClassChart } from '../../src/index.ts';
import { seriesColours } from '../../src/palette.ts';

const classes = ['worst', 'best', 'empty'];
const runs = [
  { name: 'A', classes, perClass: [0, 1, null] },
  { name: 'A', classes, perClass: [0.5, 1, null] },
  { name: 'B', classes, perClass: [0.25, 0.75, null] },
];

describe('perClassChart', () => {
  it('has a dot for each run and class with clips, in the colour of the name', async () => {
    const svg = await perClassChart(runs, ['A', 'B']);
    const dots = [...svg.matchAll(/<path aria-label="([^"]*)"[^>]*fill="([^"]*)"/g)];
    expect(dots).toHaveLength(6);
    const colours = (name: string): unknown[] =>
      dots.filter(([, label]) => label?.includes(`name: ${name}`)).map(([, , fill]) => fill);
    expect(new Set(colours('A'))).toEqual(new Set([seriesColours[0]?.light]));
    expect(new Set(colours('B'))).toEqual(new Set([seriesColours[1]?.light]));
  });

  it('puts the best class first and a class without clips last, for any names', async () => {
    const names = ['<b>', '"best"', "it's"];
    const svg = await perClassChart(
      runs.map((run) => ({ ...run, classes: names })),
      ['A', 'B'],
    );
    const shown = [...svg.matchAll(/>([^<>]+)<\/text>/g)].map(([, text]) => text);
    expect(shown.filter((text) => /best|b&gt;|it/.test(text ?? ''))).toEqual([
      '"best"',
      '&lt;b&gt;',
      "it's",
    ]);
  });

  it.each(['constructor', 'toString', '__proto__'])(
    'takes a class and a run called %s for a class and a run',
    async (name) => {
      const svg = await perClassChart(
        [{ name, classes: [name, 'walk'], perClass: [0.5, 1] }],
        [name],
      );
      expect(svg).toContain(`>${name}</text>`);
      expect(svg).toContain(`name: ${name}; class: ${name}; accuracy: 50.0 %`);
    },
  );

  it('draws 120 classes', async () => {
    const many = Array.from({ length: 120 }, (_, i) => `class ${i}`);
    const run = { name: 'A', classes: many, perClass: many.map((_, i) => i / 120) };
    expect((await perClassChart([run], ['A'])).match(/<path aria-label/g)).toHaveLength(120);
  });

  it('refuses an empty list, and runs with different classes', () => {
    expect(() => perClassChart([], [])).toThrow('expected at least one run, got none');
    const other = { name: 'B', classes: ['x'], perClass: [1] };
    expect(() => perClassChart([...runs, other], ['A', 'B'])).toThrow("got others in 'B'");
  });
});
