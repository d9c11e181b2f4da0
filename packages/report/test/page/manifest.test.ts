import { describe, expect, it } from 'vitest';
import { manifestGroups, manifestToHtml } from '../../src/page/manifest.ts';

const manifest = {
  recipe: 'halp',
  versions: { node: '20.20.0' },
  seed: 0,
  settings: {
    encoder: { hidden: 128 },
    milestones: [50, 70],
    views: [{ kind: 'shear' }],
    note: null,
  },
};

describe('a manifest', () => {
  it('is shown completely: the top level first, then its parts with dotted names', () => {
    expect(manifestGroups(manifest)).toEqual([
      {
        name: '',
        entries: [
          ['recipe', 'halp'],
          ['seed', '0'],
        ],
      },
      { name: 'versions', entries: [['node', '20.20.0']] },
      {
        name: 'settings',
        entries: [
          ['encoder.hidden', '128'],
          ['milestones', '50, 70'],
          ['views', '[{"kind":"shear"}]'],
          ['note', 'null'],
        ],
      },
    ]);
  });

  it('is escaped', () => {
    const html = manifestToHtml({ '<b>': '<i>', part: { '"': '&' } });
    expect(html).toContain('<dt>&lt;b&gt;</dt><dd>&lt;i&gt;</dd>');
    expect(html).toContain('<h4>part</h4>');
    expect(html).toContain('<dt>&quot;</dt><dd>&amp;</dd>');
  });
});
