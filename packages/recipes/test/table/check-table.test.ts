import { describe, expect, it } from 'vitest';
import {
  checkTable,
  nwUclaHalp,
  nwUclaMoco,
  paperRecipe,
  reducedTable,
  type TablePlan,
} from '@halp/recipes';

const table: TablePlan = {
  name: 'mine',
  title: 'A table',
  seeds: [0, 1],
  columns: [
    { label: 'kNN', protocol: 'knn' },
    { label: '60', protocol: 'linear', benchmark: 'ntu60-xsub' },
    { label: '1 %', protocol: 'semi-supervised', labels: 0.01 },
  ],
  rows: [
    { label: 'MoCo', recipe: nwUclaMoco, reported: { kNN: { value: 0.8, source: 'here' } } },
    {
      label: 'HaLP',
      recipe: nwUclaHalp,
      branch: { recipe: nwUclaMoco, epoch: 150 },
      epoch: 300,
      comparedWith: 'MoCo',
    },
    { label: 'paper', recipe: { 'ntu60-xsub': paperRecipe('ntu60-xsub', 'halp') } },
    {
      label: 'both',
      fuse: ['MoCo', 'HaLP'],
      weights: [1, 2],
      level: 'scores',
      comparedWith: 'HaLP',
    },
  ],
  knnEvery: 10,
  notes: ['Read this.'],
};
const [moco, halp, paper, both] = table.rows;
const misspelt = { ...nwUclaMoco, optimiser: nwUclaMoco.optimizer, optimizer: undefined };

describe('checkTable', () => {
  it('accepts a table with every kind of row, full and reduced', () => {
    expect(checkTable(table)).toBe(table);
    expect(() => checkTable(reducedTable(table))).not.toThrow();
  });

  it.each([
    [{ title: undefined }, 'table mine: title: expected a text that is not empty, got nothing'],
    [{ seeds: [] }, 'table mine: seeds: expected at least one seed, got []'],
    [{ knnEvry: 3 }, 'table mine: knnEvry: expected a field among name, title, '],
    [{ knnEvry: 3 }, "got 'knnEvry'; did you mean 'knnEvery'?"],
    [
      { columns: [{ label: 'a', protocol: 'kmn' }] },
      "table mine: columns[0].protocol: expected one of knn, linear, fine-tune, semi-supervised, few-shot, retrieval, clustering, or a module, got 'kmn'; did you mean 'knn'?",
    ],
    [{ rows: ['MoCo'] }, "table mine: rows[0]: expected a row, got 'MoCo'"],
    [
      { rows: [moco, { ...halp, comparedWith: 'Moco' }] },
      "table mine: rows[1].comparedWith: expected the label of another row among MoCo, got 'Moco'",
    ],
    [
      { rows: [{ ...moco, comparedWith: 'MoCo' }, both] },
      "table mine: rows[0].comparedWith: expected the label of another row among both, got 'MoCo'",
    ],
    [
      { rows: [{ ...moco, epoch: '3' }] },
      "table mine: rows[0].epoch: expected an integer of at least 0, got '3'",
    ],
    [
      { rows: [moco, { ...halp, epok: 3 }] },
      'rows[1].epok: expected a field among label, recipe, epoch',
    ],
    [
      { rows: [{ ...moco, recipe: misspelt }] },
      'table mine: rows[0].recipe.optimiser: expected a field among name, ',
    ],
    [
      { rows: [moco, { ...halp, branch: { recipe: misspelt, epoch: 3 } }] },
      'table mine: rows[1].branch.recipe.optimiser: ',
    ],
    [
      { rows: [{ ...paper, recipe: { 'ntu60-xsub': { ...nwUclaMoco, epochs: 0 } } }] },
      'table mine: rows[0].recipe.ntu60-xsub.epochs: expected a positive integer, got 0',
    ],
    [{ rows: [{ ...both, fuse: ['MoCo'] }] }, 'rows[0].fuse: expected at least two labels of rows'],
    [{ rows: [{ ...both, level: 'score' }] }, "got 'score'; did you mean 'scores'?"],
    [
      { rows: [{ ...moco, reported: { kNN: { value: 80, source: 'x' } } }] },
      'rows[0].reported.kNN.value: expected a number in [0, 1], got 80',
    ],
  ])('refuses %j', (change, message) => {
    const wrong = { ...table, ...change };
    expect(() => checkTable(wrong)).toThrow(RangeError);
    expect(() => checkTable(wrong)).toThrow(message);
  });

  it.each([undefined, 3, []])('refuses %j', (value) => {
    expect(() => checkTable(value)).toThrow(/^table: expected an object, got/);
  });
});
