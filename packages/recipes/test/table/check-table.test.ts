import { describe, expect, it } from 'vitest';
import {
  checkTable,
  nwUclaHalp as halpRecipe,
  nwUclaMoco as mocoRecipe,
  paperRecipe,
  type Recipe,
  reducedTable,
  type TablePlan,
} from '@halp/recipes';

const { trainView, fineTune } = paperRecipe('ntu60-xsub', 'moco').evaluation;
const [nwUclaMoco, nwUclaHalp] = [mocoRecipe, halpRecipe].map((recipe) => ({
  ...recipe,
  evaluation: { ...recipe.evaluation, trainView, fineTune },
})) as [Recipe, Recipe];
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

/** The row without undefined fields. */
const present = (row: object | undefined): object =>
  Object.fromEntries(Object.entries(row ?? {}).filter(([, value]) => value !== undefined));

describe('checkTable', () => {
  it('accepts one run under two names of rows, with other settings of its evaluation', () => {
    const { evaluation } = nwUclaMoco;
    const recipe = { ...nwUclaMoco, evaluation: { ...evaluation, knn: { k: 5 } } };
    const early = { label: 'early', recipe, epoch: 10 };
    expect(() => checkTable({ ...table, rows: [moco, early] })).not.toThrow();
  });

  it('accepts a table with every kind of row, full and reduced', () => {
    expect(checkTable(table)).toBe(table);
    expect(() => checkTable(reducedTable(table))).not.toThrow();
  });

  it('has what is reduced in the title of a reduced table', () => {
    expect(reducedTable(table).title).toBe(
      `Reduced (at most 4 epochs, encoders of at most width 16): ${table.title}`,
    );
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
    [{ rows: [moco, moco] }, "rows[1].label: expected each label once, got 'MoCo' again"],
    [
      { columns: [table.columns[0], { label: 'kNN', protocol: 'linear' }] },
      "columns[1].label: expected each label once, got 'kNN' again",
    ],
    [
      { rows: [moco, { label: 'b', fuse: ['MoCo', 'HALP'] }] },
      "rows[1].fuse[1]: expected the label of a row that is not fused among MoCo, got 'HALP'",
    ],
    [
      { rows: [moco, halp, { ...both, comparedWith: undefined, weights: [1, 2, 3] }].map(present) },
      'rows[2].weights: expected 2 weights, one for each fused row, got 3',
    ],
    [
      { rows: [moco, { label: 'longer', recipe: { ...nwUclaMoco, epochs: 400 } }] },
      "rows[1].recipe.name: expected another name than 'nw-ucla-moco', which rows[0].recipe has for another run, got a difference: ",
    ],
    [
      {
        rows: [halp, { label: 'b', recipe: nwUclaHalp, branch: { recipe: nwUclaMoco, epoch: 100 } }]
          .map((row) => ({ ...row, comparedWith: undefined }))
          .map(present),
      },
      'got a difference: branch: nw-ucla-moco 150 !== nw-ucla-moco 100',
    ],
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
    [
      { rows: [moco, { label: 'b', recipe: { ...mocoRecipe, name: 'other' } }] },
      "table mine: rows[1].recipe.evaluation.fineTune: expected settings for the column '1 %', got none",
    ],
    [
      {
        columns: [{ label: 'tuned', protocol: 'fine-tune', benchmark: 'x' }],
        rows: [{ label: 'b', recipe: { x: paperRecipe('ntu60-xsub', 'halp-cmd') } }],
      },
      "table mine: rows[0].recipe.x.stream: expected a single stream for the column 'tuned', got '3s'",
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
