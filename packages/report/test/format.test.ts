import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  duration,
  escapeHtml,
  escapeMarkdown,
  percent,
  printable,
  safeLink,
} from '../src/format.ts';

describe('format', () => {
  it('prints fractions as percent with one digit', () => {
    expect([0, 0.797, 0.7685, 1].map(percent)).toEqual(['0.0', '79.7', '76.8', '100.0']);
  });

  it('prints durations in their two largest units, never with 60 of the smaller', () => {
    expect([0.25, 42, 59.6, 3599.7, 4210, 7199].map(duration)).toEqual([
      '0.3 s',
      '42 s',
      '1 min 0 s',
      '1 h 0 min',
      '1 h 10 min',
      '2 h 0 min',
    ]);
  });

  it('escapes every HTML character and loses none', () => {
    const unit = fc.constantFrom('&', '<', '>', '"', "'", 'lt;', '#39;', 'amp;', 'a', 'ä', ' ');
    const pieces = fc.string({ unit });
    const property = fc.property(pieces, (text) => {
      const escaped = escapeHtml(text);
      expect(escaped).not.toMatch(/[<>"']|&(?!(amp|lt|gt|quot|#39);)/);
      const entities = { '&lt;': '<', '&gt;': '>', '&quot;': '"', '&#39;': "'", '&amp;': '&' };
      const back = escaped.replace(
        /&(lt|gt|quot|#39|amp);/g,
        (entity) => entities[entity as keyof typeof entities],
      );
      expect(back).toBe(printable(text));
    });
    fc.assert(property, { seed: 1, numRuns: 200 });
  });

  it('escapes Markdown, and removes line breaks', () => {
    expect(escapeMarkdown('a|b *c* [d](e) <f> `g`\nh & i')).toBe(
      'a\\|b \\*c\\* \\[d\\](e) \\<f\\> \\`g\\` h &amp; i',
    );
  });

  it('removes control characters for terminals', () => {
    expect(printable('\u001b[31mred\u0007\tand\nmore')).toBe('\ufffd[31mred\ufffd and more');
  });

  it('accepts only links that cannot run code', () => {
    expect(['runs/1/manifest.json', 'https://example.org/x', '../a#b'].map(safeLink)).toEqual([
      'runs/1/manifest.json',
      'https://example.org/x',
      '../a#b',
    ]);
    const refused = ['javascript:alert(1)', ' JavaScript:x', 'data:text/html,x', 'java\nscript:x'];
    expect(refused.map(safeLink)).toEqual([undefined, undefined, undefined, undefined]);
  });
});
