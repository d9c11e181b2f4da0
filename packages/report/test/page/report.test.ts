import { describe, expect, it } from 'vitest';
import type { RunRecord } from '../../src/index.ts';
import { renderReport } from '../../src/index.ts';
import { exampleRuns } from '../example.ts';

/** The runs of the example, two of them with feature maps. */
function mappedRuns(): RunRecord[] {
  return exampleRuns().map((run, i) => {
    const classes = run.evaluations[0]?.classes ?? [];
    const points = [
      { x: 0, y: 0, label: 0, prediction: 0 },
      { x: 1, y: 0.5, label: 9, prediction: 1 },
      { x: 0.5, y: 0.5, label: 9, prediction: 9 },
    ];
    const map = { classes, points, clips: 3, neighbours: 2, minDistance: 0.1 };
    return i === 0 ? run : { ...run, map };
  });
}

describe('renderReport', () => {
  it('shows the table, every curve, accuracies by class, every confusion matrix and every manifest', async () => {
    const html = await renderReport({ title: 'Example', runs: exampleRuns() });
    expect(html.match(/<th scope="row">[^<]*/g)).toEqual([
      '<th scope="row">untrained',
      '<th scope="row">MoCo',
      '<th scope="row">HaLP',
    ]);
    expect(html.match(/class="marks"/g)).toHaveLength(5 + 2 + 6);
    expect(html.match(/<dt>recipe<\/dt>/g)).toHaveLength(3);
    expect(html).toContain('10 classes · 460 test clips · chance 10.0 %');
    expect(html).toContain('300 epochs · 15 min 30 s · 310 clips/s');
  });

  it('shows feature maps with a choice of classes', async () => {
    const html = await renderReport({ title: 'Example', runs: mappedRuns() });
    expect(html.match(/<figure class="card map">/g)).toHaveLength(2);
    expect(html).toContain('UMAP of 3 test clips');
    expect(html).toContain('.map:has(input[value="9"]:checked)');
  });

  it('lists warnings of runs first, and explains the curves of embeddings', async () => {
    const [first, ...rest] = exampleRuns();
    if (first === undefined) throw new Error('no run');
    const html = await renderReport({
      title: 'Example',
      runs: [...rest, { ...first, name: 'own', warnings: ['the embeddings <collapse>'] }],
    });
    expect(html).toContain('<h2>Warnings</h2><ul><li>own: the embeddings &lt;collapse&gt;</li>');
    expect(html.indexOf('Warnings')).toBeLessThan(html.indexOf('Accuracy'));
    const log = rest[0]?.log.map((each) => ({ ...each, metrics: { uniformity: -0.4 } })) ?? [];
    const measured = await renderReport({ title: 'Example', runs: [{ ...first, log }] });
    expect(measured).toContain('0: all clips have the same embedding.</p>');
    expect(measured).not.toContain('Warnings');
  });

  it('states what is missing, and why', async () => {
    const missing = ['Features: they need <data>.'];
    const html = await renderReport({ title: 'Example', runs: exampleRuns(), missing });
    expect(html).toContain('<li>Features: they need &lt;data&gt;.</li>');
  });

  it('is self-contained: no address, no script, no external style', async () => {
    const html = await renderReport({ title: 'Example', runs: mappedRuns() });
    expect(html).not.toMatch(/https?:|\/\/[a-z]|@import|<script|<link|<img|<iframe| on[a-z]+=/i);
    expect([...html.matchAll(/url\(([^)]*)\)/g)].every(([, to = '']) => to.startsWith('#'))).toBe(
      true,
    );
    expect(html).toContain("default-src 'none'");
  });

  it('has unique ids', async () => {
    const html = await renderReport({ title: 'Example', runs: mappedRuns() });
    const ids = [...html.matchAll(/\sid="([^"]*)"/g)].map(([, id]) => id);
    expect(new Set(ids).size).toBe(ids.length);
    for (const [, id] of html.matchAll(/url\(#([^)]*)\)/g)) expect(ids).toContain(id);
  });

  it('is equal for equal input', async () => {
    const once = await renderReport({ title: 'Example', runs: exampleRuns() });
    expect(await renderReport({ title: 'Example', runs: exampleRuns() })).toBe(once);
  });

  it('escapes all text of its input', async () => {
    const nasty = '</title></style></svg><script>alert(1)</script><img src=x onerror=y>"\'';
    const runs = mappedRuns().map((run): RunRecord => ({
      ...run,
      ...(run.map === undefined
        ? {}
        : { map: { ...run.map, classes: run.map.classes.map(() => nasty) } }),
      name: nasty,
      manifest: { [nasty]: nasty, part: { [nasty]: [nasty] } },
      log: run.log.slice(0, 3).map((entry) => ({
        ...entry,
        losses: { [nasty]: 1 },
        metrics: { [nasty]: 0.5 },
      })),
      evaluations: run.evaluations.map((evaluation) => ({
        ...evaluation,
        classes: evaluation.classes.map(() => nasty),
        settings: { k: nasty, crops: nasty },
      })),
    }));
    const html = await renderReport({ title: nasty, description: nasty, runs, missing: [nasty] });
    expect(html).not.toMatch(/<script|<img/i);
    expect(html.match(/<\/style>/g)).toHaveLength(1);
    // One of the page, and three in each map.
    expect(html.match(/<\/title>/g)).toHaveLength(1 + 2 * 3);
  });

  it('renders a run without log or results', async () => {
    const bare = { name: 'bare', manifest: {}, log: [], evaluations: [] };
    const html = await renderReport({ title: 'Bare', runs: [bare] });
    expect(html).toContain('no training');
    expect(html).not.toContain('<h2>Training</h2>');
    expect(html).not.toContain('<h2>Accuracy</h2>');
  });
});
