import { describe, expect, it } from 'vitest';
import { confusionChart, confusionTable } from '../../src/index.ts';

/** Transform, opacity of every cell. */
function cells(svg: string): number[] {
  const rects = [...svg.matchAll(/aria-roledescription="rect mark"[^>]*? opacity="([^"]*)"/g)];
  return rects.map(([, opacity]) => Number(opacity));
}

describe('confusionChart', () => {
  it('prints every count but 0, and shades by the share of the row', async () => {
    const svg = await confusionChart({
      classes: ['sit', 'stand'],
      confusion: [
        [3, 1],
        [0, 8],
      ],
    });
    const texts = [...svg.matchAll(/aria-roledescription="text mark"[^>]*>([^<]*)</g)];
    expect(texts.map(([, text]) => text)).toEqual(['3', '1', '8']);
    const shade = (share: number) => 0.06 + 0.94 * share;
    const expected = [shade(0.75), shade(0.25), shade(0), shade(1)];
    cells(svg).forEach((opacity, i) => expect(opacity).toBeCloseTo(expected[i] ?? NaN, 6));
    expect(cells(svg)).toHaveLength(4);
    expect(svg).toContain('>sit</text>');
    expect(svg).toContain('>stand</text>');
  });

  it('draws a class without clips, two classes of one name, and 120 classes', async () => {
    const twins = await confusionChart({
      classes: ['walk', 'walk'],
      confusion: [
        [0, 0],
        [1, 1],
      ],
    });
    expect(cells(twins)).toHaveLength(4);
    expect(twins).not.toContain('NaN');
    const many = Array.from({ length: 120 }, (_, i) => i);
    const large = await confusionChart({
      classes: many.map((i) => `A${i}`),
      confusion: many.map((i) => many.map((j) => (i === j ? 5 : 0))),
    });
    expect(cells(large)).toHaveLength(14400);
    expect(large).not.toContain('text mark');
  });

  it('refuses a matrix of another size than the classes', async () => {
    const wrong = { classes: ['a', 'b'], confusion: [[1, 2], [3]] };
    expect(() => confusionChart(wrong)).toThrow('a matrix of 2 × 2, got rows of [2, 1]');
  });

  it('is refused above 150 classes, of which a table lists the most frequent confusions', () => {
    const many = Array.from({ length: 400 }, (_, i) => i);
    const confusion = many.map((i) => many.map((j) => (i === j ? 5 : j === (i * 7) % 400 ? 2 : 0)));
    const matrix = { classes: many.map((i) => `A<${i}`), confusion };
    (confusion[3] as number[])[9] = 40;
    expect(() => confusionChart(matrix)).toThrow(
      'confusionChart: expected at most 150 classes, got 400; use confusionTable',
    );
    const table = confusionTable(matrix);
    expect(table.length).toBeLessThan(10_000);
    expect(table.match(/<tr>/g)).toHaveLength(51);
    expect(table).toContain(
      '<tbody><tr><td>A&lt;3</td><td>A&lt;9</td><td>40</td><td>85.1</td></tr>',
    );
    expect(confusionTable(matrix, 1).match(/<tr>/g)).toHaveLength(2);
    expect(() => confusionTable({ classes: ['a'], confusion: [] })).toThrow('a matrix of 1 × 1');
  });

  it.each(['constructor', 'toString', 'hasOwnProperty', '__proto__', 'valueOf'])(
    'takes a class called %s for a class',
    async (name) => {
      const svg = await confusionChart({
        classes: [name, 'walk'],
        confusion: [
          [1, 2],
          [3, 4],
        ],
      });
      expect(svg).toContain(`>${name}</text>`);
      expect(cells(svg)).toHaveLength(4);
    },
  );

  it('escapes names, also for Vega', async () => {
    const names = ['"]); alert(1); (["', '</svg><script>x</script>', 'a\u2028b\\', "d' + e"];
    const svg = await confusionChart({
      classes: names,
      confusion: names.map(() => names.map(() => 1)),
    });
    expect(svg).not.toContain('<script');
    expect(svg).toContain('alert(1); ([');
    expect(svg).toContain('a\u2028b\\<');
  });
});
