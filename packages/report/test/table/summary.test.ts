import { describe, expect, it } from 'vitest';
import type { RunRecord } from '../../src/index.ts';
import { protocolText, renderReport, summaryTable, tableToHtml } from '../../src/index.ts';
import { evaluation, exampleRuns, log } from '../example.ts';

describe('summaryTable', () => {
  it('has a row for every name and a column for every protocol', () => {
    const { rows, columns, cells } = summaryTable(exampleRuns(), 'title');
    expect(rows).toEqual(['untrained', 'MoCo', 'HaLP']);
    expect(columns).toEqual(['kNN, k = 1', 'linear, fixed centre crops, last epoch']);
    expect(cells.map((row) => row.map(({ measured }) => measured?.length))).toEqual([
      [1, 1],
      [1, 1],
      [1, 1],
    ]);
  });

  it('groups runs with the same name as seeds, and separates different settings', () => {
    const run = (seed: number, accuracy: number): RunRecord => ({
      name: 'MoCo',
      manifest: { seed },
      log: [],
      evaluations: [evaluation('knn', accuracy)],
    });
    const other = { ...evaluation('knn', 0.9), settings: { k: 5 } };
    const runs = [run(0, 0.5), run(1, 0.7), { ...run(2, 0), name: 'HaLP', evaluations: [other] }];
    const { columns, cells } = summaryTable(runs, 'title');
    expect(columns).toEqual(['kNN, k = 1', 'kNN, k = 5']);
    const seeds = runs.slice(0, 2).map(({ evaluations }) => evaluations[0]?.accuracy);
    expect(cells[0]).toEqual([{ measured: seeds }, { reason: 'not evaluated' }]);
    expect(cells[1]).toEqual([
      { reason: 'not evaluated' },
      { measured: [other.accuracy], interval: other.interval },
    ]);
  });

  it('shows the interval of a single run, and 1-NN on coordinates between untrained and trained encoders', () => {
    const coordinates = { accuracy: 0.5, interval: { low: 0.375, high: 0.625 } };
    const run = (name: string, accuracy: number): RunRecord => ({
      ...{ name, manifest: {} },
      log: name === 'untrained' ? [] : log(2, Infinity, 0.5),
      evaluations: [
        { ...evaluation('knn', accuracy), interval: { low: 0.25, high: 0.75 }, coordinates },
      ],
    });
    const table = summaryTable([run('MoCo', 0.46), run('untrained', 0.4)], 'title');
    expect(table.rows).toEqual(['untrained', 'baseline: 1-NN on coordinates', 'MoCo']);
    expect(table.cells[1]).toEqual([{ measured: [0.5], interval: coordinates.interval }]);
    const html = tableToHtml(table);
    expect(html).toContain('<small>1 run, 95 % interval 25.0 to 75.0</small>');
    expect(html).toMatch(/1-NN on coordinates<.*50\.0<.*95 % interval 37\.5 to 62\.5/);
    // Baselines of other data are not comparable.
    const other = { ...evaluation('knn', 0.4), coordinates: { accuracy: 0.75 } };
    const mixed = summaryTable(
      [run('MoCo', 0.46), { ...run('b', 0), evaluations: [other] }],
      'title',
    );
    expect(mixed.rows).toEqual(['MoCo', 'b']);
  });

  it('puts reduced runs into separate columns', () => {
    const [, full] = exampleRuns();
    if (!full) throw new Error('the example lacks a run');
    const small: RunRecord = { ...full, name: 'small', reduced: '20 epochs' };
    const both = summaryTable([full, { ...full, reduced: '20 epochs' }], 'title');
    expect(both.cells[0]?.map(({ measured }) => measured?.length)).toEqual([1, 1, 1, 1]);
    const { columns, cells } = summaryTable([full, small], 'title');
    expect(columns).toHaveLength(4);
    expect(cells[1]?.map(({ reduced }) => reduced)).toEqual([
      undefined,
      undefined,
      '20 epochs',
      '20 epochs',
    ]);
  });

  it('separates results with another meaning: other data, an earlier epoch', () => {
    const own = evaluation('knn', 0.5);
    const there = { ...evaluation('knn', 0.75), meaning: 'kNN, k = 1, on pkummd2 xsub' };
    const run = { name: 'MoCo', manifest: {}, log: [], evaluations: [own, there] };
    const { columns, cells } = summaryTable([run], 'title');
    expect(columns).toEqual(['kNN, k = 1', 'kNN, k = 1, on pkummd2 xsub']);
    expect(cells[0]?.map(({ measured }) => measured)).toEqual([[own.accuracy], [there.accuracy]]);
  });

  it('is followed by a table of results without accuracies by class', async () => {
    const run = (name: string, others: RunRecord['others'] = []): RunRecord => ({
      ...{ name, manifest: {}, log: [], others, evaluations: [] },
    });
    const retrieval = { meaning: 'retrieval, mAP', value: 0.4375 };
    const html = await renderReport({ title: 't', runs: [run('a', [retrieval]), run('b')] });
    expect(html).toContain('Other results');
    expect(html).toContain('retrieval, mAP');
    expect(html).toContain('43.8');
    const none = await renderReport({ title: 't', runs: [run('a')] });
    expect(none).not.toContain('Other results');
  });

  it('names the selection rule and the crops of a probe', () => {
    const linear = evaluation('linear', 0.5);
    expect(protocolText({ ...linear, selection: 'best-test-epoch' })).toBe(
      'linear, fixed centre crops, best test epoch',
    );
    const random = { ...linear, settings: { crops: 'random-each-epoch' } };
    expect(protocolText({ ...random, selection: 'validation' })).toBe(
      'linear, random each epoch crops, epoch chosen on held-out training clips',
    );
  });
});
