import { describe, expect, it } from 'vitest';
import type { Curve, LogEntry, RunRecord } from '../../src/index.ts';
import { curveChart, curvesOf } from '../../src/index.ts';
import { exampleRuns, log } from '../example.ts';

const runs = exampleRuns();

function curve(title: string, of: readonly RunRecord[] = runs): Curve {
  const found = curvesOf(of).find((each) => each.title === title);
  if (!found) throw new Error(`no curve ${title}`);
  return found;
}

function run(name: string, entries: readonly LogEntry[]): RunRecord {
  return { name, manifest: {}, log: entries, evaluations: [] };
}

/** End points of the lines of a chart, in pixels. */
function lines(svg: string): number[][][] {
  const paths = [...svg.matchAll(/aria-roledescription="line mark" d="([^"]*)"/g)];
  return paths.map(([, d = '']) =>
    d
      .slice(1)
      .split('L')
      .map((point) => point.split(',').map(Number)),
  );
}

describe('curves', () => {
  it('show each loss separately, then metrics and the learning rate', () => {
    expect(curvesOf(runs).map(({ title }) => title)).toEqual([
      'InfoNCE',
      'HaLP',
      'Total loss',
      'kNN accuracy',
      'Learning rate',
    ]);
  });

  it('omit the total if it equals the only loss, and are empty without a log', () => {
    const moco = [run('MoCo', log(5, Infinity, 0.7))];
    expect(curvesOf(moco).map(({ title }) => title)).toEqual(['InfoNCE', 'Learning rate']);
    expect(curvesOf([run('untrained', [])])).toEqual([]);
  });

  it('have readable names of the loss terms, and the fraction of kept positives last', () => {
    const losses = { kept: 0.8, total: -3, infonce: 5, halp: -8 };
    const [entry] = log(1, 0, 0.7);
    if (!entry) throw new Error('no entry');
    const titles = (parts: Record<string, number>) =>
      curvesOf([run('HaLP', [{ ...entry, losses: parts }])]).map(({ title }) => title);
    expect(titles(losses)).toEqual([
      'InfoNCE',
      'HaLP',
      'Total loss',
      'Positives kept',
      'Learning rate',
    ]);
    expect(titles({ distillation: 1, total: 1 })).toEqual(['distillation', 'Learning rate']);
  });

  it('name the terms of gradients, and mark a cosine of 0', () => {
    const [entry] = log(1, Infinity, 0.7);
    if (!entry) throw new Error('no entry');
    const metrics = {
      ...{ 'gradient-norm-infonce': 0.4, 'gradient-norm-halp': 0.9 },
      ...{ 'gradient-norm-variance': 2, 'gradient-cosine-infonce-halp': 0.2 },
      'gradient-cosine-infonce-halp_motion': 1,
    };
    const found = curvesOf([run('HaLP', [{ ...entry, metrics }])]).slice(1, -1);
    expect(found.map(({ title, levels, scale }) => [title, levels, scale])).toEqual([
      ['Gradient norm of InfoNCE', undefined, 'plain'],
      ['Gradient norm of HaLP', undefined, 'plain'],
      ['Gradient norm of variance', undefined, 'plain'],
      ['Gradient cosine of InfoNCE and HaLP', [0], 'plain'],
      ['Gradient cosine of InfoNCE and HaLP, motion', [0], 'plain'],
    ]);
    for (const { note } of found) expect(note).toMatch(/\.$/);
    expect(found[3]?.value({ ...entry, metrics })).toBe(0.2);
  });

  it('have a sentence on how to read them, all that halp logs; angles are in degrees', () => {
    const [entry] = log(1, Infinity, 0.7);
    if (!entry) throw new Error('no entry');
    const losses = {
      ...{ infonce: 4, halp: -2, total: 2, kept: 0.5, kept_motion: 0.5 },
      ...{ angle: Math.PI / 6, hardness: 0.5 },
    };
    const found = curvesOf([
      run('HaLP', [{ ...entry, losses, metrics: { knn: 0.5, linear: 0.6 } }]),
    ]);
    expect(found).toHaveLength(10);
    for (const { note } of found) expect(note).toMatch(/[a-z0-9*T]\.$/);
    const angle = found.find(({ title }) => title === 'Angle to the positives');
    expect(angle?.axis).toBe('angle (degrees)');
    expect(angle?.value({ ...entry, losses })).toBeCloseTo(30, 10);
    expect(angle?.value({ ...entry, losses: {} })).toBeUndefined();
  });

  it('show metrics of embeddings with a note on how to read them, not in percent', () => {
    const [entry] = log(1, Infinity, 0.7);
    if (!entry) throw new Error('no entry');
    const metrics = {
      ...{ alignment: 0.1, uniformity_joint: -0.4, 'rankme-features': 34 },
      ...{ 'rankme-embeddings': 9.8, 'infonce-chance': 6.24 },
    };
    const found = curvesOf([run('MoCo', [{ ...entry, metrics }])]);
    expect(found.map(({ title }) => title)).toEqual([
      'InfoNCE',
      'Alignment',
      'Uniformity, joint',
      'Effective rank of the features',
      'Effective rank of the embeddings',
      'Learning rate',
    ]);
    for (const { note, scale } of found.slice(1, -1)) {
      expect(note).toMatch(/\.$/);
      expect(scale).toBe('plain');
    }
    expect(found[4]?.note).toMatch(/collapse/);
    expect(found[4]?.value({ ...entry, metrics })).toBe(9.8);
  });

  it('draw the chance level of InfoNCE as a dashed line with a note, if it is logged', async () => {
    const chance = { 'infonce-chance': Math.log(513) };
    const entries = log(5, Infinity, 0.7).map((each) => ({ ...each, metrics: chance }));
    const moco = [run('MoCo', entries)];
    const infonce = curve('InfoNCE', moco);
    expect(infonce.levels).toEqual([Math.log(513)]);
    expect(infonce.note).toContain('chance level, ln(K + 1) = 6.24');
    const svg = await curveChart(moco, infonce);
    expect(svg.match(/aria-roledescription="rule mark"/g)).toHaveLength(1);
    expect(lines(svg)).toHaveLength(1);
    expect(await curveChart(runs, curve('InfoNCE'))).not.toContain('rule mark');
    expect(curve('InfoNCE').note).not.toContain('chance');
  });

  it.each(['constructor', 'toString'])('draw a run and a metric called %s', async (name) => {
    const entries = log(5, Infinity, 0.7).map((entry) => ({
      ...entry,
      metrics: { [name]: 0.5 },
    }));
    const named = [run(name, entries), run('other', entries)];
    const svg = await curveChart(named, curve('InfoNCE', named));
    expect(lines(svg)).toHaveLength(2);
    expect(svg).toContain(`>${name}</text>`);
    expect(curvesOf(named).map(({ title, axis }) => [title, axis])).toContainEqual([name, name]);
  });

  it('draw one line for each run that logged the quantity, from its first epoch to its last', async () => {
    expect(lines(await curveChart(runs, curve('InfoNCE')))).toHaveLength(2);
    const [halp, ...rest] = lines(await curveChart(runs, curve('HaLP')));
    expect(rest).toEqual([]);
    expect(halp).toHaveLength(150);
    const [first, last] = [halp?.[0]?.[0] ?? NaN, halp?.at(-1)?.[0] ?? NaN];
    // Every chart has the axis of the whole training, epochs 1 to 300; this line has 151 to 300.
    expect(first / last).toBeCloseTo(150 / 299, 3);
  });

  it('print no number twice on an axis, even for short or constant curves', async () => {
    for (const epochs of [1, 2, 3, 6]) {
      const short = [
        run(
          'MoCo',
          log(epochs, 9, 0.7).map((entry) => ({
            ...entry,
            metrics: { knn: 0.6 + entry.epoch / 500 },
          })),
        ),
      ];
      for (const each of curvesOf(short)) {
        const svg = await curveChart(short, each, { labelled: false });
        const axes = svg
          .split('role-axis-label')
          .slice(1)
          .map((part) => part.split('</g>')[0] ?? '');
        expect(axes).toHaveLength(2);
        for (const axis of axes) {
          const labels = [...axis.matchAll(/>([^<]+)<\/text>/g)].map(([, text]) => text);
          expect(new Set(labels).size).toBe(labels.length);
        }
        expect(svg).not.toContain('NaN');
      }
    }
  });

  it('draw two seeds of one name as two lines of the same colour', async () => {
    const seeds = [run('MoCo', log(5, 9, 0.7)), run('MoCo', log(5, 9, 0.8))];
    const svg = await curveChart(seeds, curve('InfoNCE', seeds));
    expect(lines(svg)).toHaveLength(2);
    expect(svg).toContain('stroke="#0072b2"');
    expect(svg).not.toContain('stroke="#d55e00"');
  });

  it('omit numbers that are not finite', async () => {
    const entries = log(4, 9, 0.7).map((entry) =>
      entry.epoch === 1 ? { ...entry, losses: { infonce: NaN } } : entry,
    );
    const broken = [run('MoCo', entries)];
    const svg = await curveChart(broken, curve('InfoNCE', broken));
    expect(svg).not.toContain('NaN');
    expect(lines(svg)[0]).toHaveLength(3);
  });

  it('print fractions as percent and learning rates as they are', async () => {
    expect(await curveChart(runs, curve('kNN accuracy'))).toMatch(/>\d\d%<\/text>/);
    const rates = await curveChart(runs, curve('Learning rate'));
    expect(rates).toContain('>0.01</text>');
    expect(rates).toContain('>0.001</text>');
  });

  it('escape text, also for Vega', async () => {
    const nasty = '</svg><script>alert(1)</script> " + datum';
    const hostile = [
      run(
        nasty,
        log(3, 9, 0.7).map((e) => ({ ...e, losses: { [nasty]: 1 } })),
      ),
    ];
    const [first] = curvesOf(hostile);
    if (!first) throw new Error('no curve');
    const svg = await curveChart(hostile, first);
    expect(svg).not.toContain('<script');
    expect(svg.match(/<\/svg>/g)).toHaveLength(1);
  });
});
