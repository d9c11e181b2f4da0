import { describe, expect, it } from 'vitest';
import { inlineChart, renderChart } from '../../src/charts/chart.ts';

const clipped = {
  data: { values: [{ x: 1 }, { x: 2 }] },
  mark: { type: 'line', clip: true },
  encoding: {
    x: { field: 'x', type: 'quantitative' },
    y: { field: 'x', type: 'quantitative' },
  },
} as const;

describe('a chart in a page', () => {
  it('has unique ids, the width of its container, and fixed proportions', async () => {
    const svg = await renderChart(clipped);
    const [, id = ''] = /<clipPath id="([^"]*)"/.exec(svg) ?? [];
    expect(id).not.toBe('');
    const inline = inlineChart(svg, 'loss');
    expect(inline).toContain(`<clipPath id="loss-${id}"`);
    expect(inline).toContain(`url(#loss-${id})`);
    expect(inline).not.toContain(`"${id}"`);
    expect(inline).toMatch(/^<svg [^>]*width="100%" viewBox="0 0 \d+ \d+">/);
  });
});
