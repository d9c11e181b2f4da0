import { describe, expect, it } from 'vitest';
import { classMark } from '../../src/charts/class-mark.ts';
import {
  featureMapHtml,
  featureMapRules,
  featureMapText,
} from '../../src/charts/feature-map-html.ts';
import type { FeatureMap } from '../../src/index.ts';

const map: FeatureMap = {
  classes: ['sit', 'never', 'stand & wave'],
  points: [
    { x: 0, y: 0.5, label: 0, prediction: 0 },
    { x: 1, y: 0, label: 2, prediction: 0 },
    { x: 0.5, y: 0.25, label: 2, prediction: 2 },
  ],
  clips: 9,
  neighbours: 2,
  minDistance: 0.1,
};

describe('featureMapHtml', () => {
  const html = featureMapHtml(map, 'm', 'caption');

  it('draws a mark for each point by class, hollow with the wrong class if kNN was wrong', () => {
    expect(html.match(/<use [^>]*>/g)).toEqual([
      '<use href="#m-0" x="10.0" y="250.0"/>',
      '<use href="#m-2w" x="490.0" y="10.0">',
      '<use href="#m-2" x="250.0" y="130.0"/>',
    ]);
    expect(html).toContain('<title>stand &amp; wave, predicted as sit</title>');
    for (const [, id] of html.matchAll(/href="#([^"]*)"/g)) expect(html).toContain(`id="${id}"`);
    expect(html).toContain('viewBox="0 0 500 260"');
  });

  it('lists its classes with their clips as radio buttons of one group, usable by keyboard', () => {
    expect([...html.matchAll(/<input [^>]*value="([^"]*)"/g)].map(([, value]) => value)).toEqual([
      'all',
      '0',
      '2',
    ]);
    expect(html).toContain('stand &amp; wave <small>2</small>');
    expect(html).not.toContain('never');
  });

  it('highlights the chosen class by one rule for each class', () => {
    expect(featureMapRules(3).split('\n')).toHaveLength(3);
    expect(featureMapRules(3)).toContain(
      '.map:has(input[value="2"]:checked) g[data-class]:not([data-class="2"])',
    );
  });

  it('has a caption with its settings', () => {
    expect(featureMapText(map)).toBe(
      'UMAP of 3 of 9 test clips, cosine distance · 2 neighbours, minimum distance 0.1 · hollow: wrong prediction of kNN',
    );
  });
});

describe('classMark', () => {
  it('gives 36 classes distinct marks, then repeats', () => {
    const marks = Array.from({ length: 36 }, (_, i) => JSON.stringify(classMark(i)));
    expect(new Set(marks).size).toBe(36);
    expect(classMark(36)).toEqual(classMark(0));
  });
});
