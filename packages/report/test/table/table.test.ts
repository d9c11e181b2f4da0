import { describe, expect, it } from 'vitest';
import type { Cell, Table } from '../../src/index.ts';
import { tableToHtml, tableToMarkdown, tableToText } from '../../src/index.ts';

const table: Table = {
  title: 'Linear evaluation',
  rowHead: 'method',
  rows: ['MoCo', 'HaLP'],
  columns: ['NTU-60 xsub', 'NW-UCLA'],
  cells: [
    [{ reason: 'no data here' }, { measured: [0.77, 0.76, 0.78] }],
    [
      { reported: { value: 0.797, source: 'Shah et al., CVPR 2023' }, reason: 'no data here' },
      { measured: [0.776], manifests: ['runs/0/manifest.json'] },
    ],
  ],
};

function one(cell: Cell, ...below: readonly Cell[]): Table {
  const cells = [cell, ...below].map((each) => [each]);
  return { title: 'one', rows: cells.map((_, i) => `row ${i}`), columns: ['column'], cells };
}

describe('a table', () => {
  it('is rendered in Markdown with reported and measured numbers, notes and runs', () => {
    expect(tableToMarkdown(table)).toBe(
      [
        '**Linear evaluation** (%)',
        '',
        '| method | NTU-60 xsub, reported | NTU-60 xsub, measured | NW-UCLA |',
        '| --- | ---: | ---: | ---: |',
        '| MoCo | – | – \\[1\\] | 77.0 ± 1.0 (3 runs) |',
        '| HaLP | 79.7 \\[2\\] | – \\[1\\] | 77.6 (1 run) [run 1](<runs/0/manifest.json>) |',
        '',
        '\\[1\\] no data here',
        '',
        '\\[2\\] Shah et al., CVPR 2023',
        '',
        '± is the sample standard deviation over the runs.',
        '',
      ].join('\n'),
    );
  });

  it('is rendered as text in aligned columns', () => {
    expect(tableToText(table)).toBe(
      [
        'Linear evaluation (%)',
        '',
        'method   NTU-60 xsub   NTU-60 xsub               NW-UCLA',
        '            reported      measured',
        '────────────────────────────────────────────────────────',
        'MoCo               –         – [1]   77.0 ± 1.0 (3 runs)',
        'HaLP        79.7 [2]         – [1]          77.6 (1 run)',
        '',
        '[1] no data here',
        '[2] Shah et al., CVPR 2023',
        '± is the sample standard deviation over the runs.',
      ].join('\n'),
    );
  });

  it('is rendered in HTML with heads, notes, links and bars', () => {
    const html = tableToHtml(table);
    expect(html).toContain('<th scope="row">HaLP</th>');
    expect(html).toContain('<th scope="col">NTU-60 xsub <small>reported</small></th>');
    expect(html).toContain('<span class="value">79.7<sup>[2]</sup></span>');
    expect(html).toContain('<td class="empty">–<sup>[1]</sup></td>');
    expect(html).toContain('<a href="runs/0/manifest.json">1</a>');
    expect(html).toContain('<span style="width:77.0%">');
    expect(html).toContain('<li>no data here</li><li>Shah et al., CVPR 2023</li>');
  });

  it('has the paired differences of compared rows below, in percentage points', () => {
    const compared: Table = {
      title: 'Seeds',
      rows: ['MoCo', 'HaLP', 'other'],
      columns: ['kNN', 'linear'],
      cells: [
        [{ measured: [0.7, 0.72, 0.74] }, { measured: [0.75] }],
        [{ measured: [0.71, 0.74, 0.77] }, { measured: [0.7] }],
        [{ measured: [0.7] }, {}],
      ],
      comparisons: [
        { row: 1, baseline: 0 },
        { row: 2, baseline: 0 },
      ],
    };
    const remark =
      'Mean over runs of the same seed, [95 % interval by Student’s t], p of the exact two-sided sign-flip test ' +
      '(at least 2^(1 − n) for n pairs; not corrected for the number of comparisons).';
    const [, below] = tableToText(compared).split('over the runs.\n\n');
    expect(below).toBe(
      [
        'Paired differences (percentage points)',
        '',
        '                                                 kNN          linear',
        '────────────────────────────────────────────────────────────────────',
        'HaLP − MoCo    +2.0 [−0.5, +4.5], p = 0.25 (3 pairs)   −5.0 (1 pair)',
        'other − MoCo                                       –               –',
        '',
        remark,
      ].join('\n'),
    );
    expect(tableToMarkdown(compared)).toContain(
      '| HaLP − MoCo | +2.0 [−0.5, +4.5], p = 0.25 (3 pairs) | −5.0 (1 pair) |',
    );
    expect(tableToHtml(compared)).toContain(
      '<td><span class="value">+2.0 [−0.5, +4.5], p = 0.25</span> <small>3 pairs</small></td>',
    );
    expect(() => tableToText({ ...compared, comparisons: [{ row: 1, baseline: 7 }] })).toThrow(
      'gridsOf: expected comparisons of 3 rows, got 1 and 7',
    );
  });

  it('labels reduced runs and refuses them in a column with others', () => {
    const reduced = { measured: [0.5], reduced: '20 of 300 epochs' };
    const labelled = one(reduced, { measured: [0.4], reduced: '20 of 300 epochs' }, {});
    expect(tableToMarkdown(labelled)).toContain('column (reduced: 20 of 300 epochs)');
    expect(tableToText(labelled)).toContain('reduced: 20 of 300 epochs');
    expect(tableToHtml(labelled)).toContain('reduced: 20 of 300 epochs</small>');
    expect(() => tableToText(one(reduced, { measured: [0.6] }))).toThrow(
      "expected runs of one size in a column, got 20 of 300 epochs, full runs in 'column'",
    );
    const other = { measured: [0.6], reduced: '10 epochs' };
    expect(() => tableToText(one(reduced, other))).toThrow('20 of 300 epochs, 10 epochs');
  });

  it('refuses percent instead of fractions, and numbers without a source', () => {
    expect(() => tableToText(one({ measured: [79.7] }))).toThrow('fraction in [0, 1], got 79.7');
    expect(() => tableToText(one({ measured: [NaN] }))).toThrow('got NaN');
    const unsourced = { reported: { value: 0.5, source: ' ' } };
    expect(() => tableToText(one(unsourced))).toThrow(
      'gridOf: expected a source for every reported number, got none',
    );
    const linked = { measured: [0.5, 0.6], manifests: ['a'] };
    expect(() => tableToText(one(linked))).toThrow('got 1 for 2');
    const short = { ...table, cells: [[{}, {}], [{}]] };
    expect(() => tableToText(short)).toThrow('2 rows of 2, got rows of [2, 1]');
  });

  it('escapes all text of its input', () => {
    const nasty = '<img src=x onerror=alert(1)> | \u001b[31m';
    const cell: Cell = {
      measured: [0.5],
      reduced: nasty,
      reported: { value: 0.5, source: nasty },
      manifests: ['javascript:alert(1)'],
    };
    const hostile: Table = {
      title: nasty,
      rowHead: nasty,
      rows: [nasty],
      columns: [nasty],
      cells: [[cell]],
    };
    const html = tableToHtml(hostile);
    expect(html).not.toContain('<img');
    expect(html).not.toContain('javascript:');
    const markdown = tableToMarkdown(hostile);
    expect(markdown).not.toMatch(/(^|[^\\])<img/);
    expect(markdown).not.toContain('javascript:');
    expect(markdown.split('\n').find((line) => line.startsWith('| ---'))).toBe(
      '| --- | ---: | ---: |',
    );
    expect(tableToText(hostile)).not.toContain('\u001b');
  });
});
