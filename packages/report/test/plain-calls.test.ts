import {
  aList,
  anObject,
  anRng,
  anything,
  aText,
  optionalOptions,
  options,
  plainCalls,
  someFeatures,
} from '@halp/testing';
import * as report from '../src/index.ts';

const table = { title: 't', rowHead: 'run', rows: ['a'], columns: ['b'], cells: [[{}]] };
const features = {
  features: Float32Array.from({ length: 12 }, (_, i) => Math.sin(i + 1)),
  labels: Int32Array.of(0, 1, 0, 1, 0, 1),
};
const confusion = {
  classes: ['a', 'b'],
  confusion: [
    [1, 0],
    [0, 1],
  ],
};
const aTable = (): ReturnType<typeof anObject> => anObject(table);

plainCalls('report', report, {
  confusionChart: () => [anObject(confusion)],
  confusionTable: () => [anObject(confusion)],
  curvesOf: () => [aList([])],
  curveChart: {
    refusalsOnly: 'draws with Vega',
    args: () => [aList([]), anObject({}), optionalOptions({})],
  },
  mapFeatures: () => [
    someFeatures(features),
    options({ classes: ['a', 'b'], minDistance: 0.1, limit: 100, neighbours: 2 }),
    anRng(),
  ],
  perClassChart: {
    refusalsOnly: 'draws with Vega',
    args: () => [aList([{ name: 'a', classes: ['x'], accuracies: [1] }]), aList(['a'])],
  },
  renderReport: () => [
    anything({ title: 't', description: 'd', runs: [] }, [
      ['left out', undefined],
      ['a number', 7],
      ['no runs', { title: 't', description: 'd' }],
      ['a misspelt name', { title: 't', description: 'd', runs: [], table: [] }],
    ]),
  ],
  pairedDifference: () => [aList([1, 2]), aList([0, 1])],
  spread: () => [aList([1, 2])],
  protocolText: () => [anObject({ protocol: 'knn', settings: { k: 1 }, selection: null })],
  summaryTable: () => [aList([]), aText('title')],
  tableToHtml: () => [aTable()],
  tableToMarkdown: () => [aTable()],
  tableToText: () => [aTable()],
});
