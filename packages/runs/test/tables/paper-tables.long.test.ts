import { describe } from 'vitest';
import { fakeDataSets, paperTableTests } from './paper-tables.ts';

describe('the tables of the paper', () => {
  const folders = fakeDataSets(['ntu60', 'pkummd2']);

  paperTableTests(folders, [
    ['linear', (label) => !label.includes('xview'), 2],
    ['knn', (label) => !label.includes('xview'), 2],
    ['transfer', () => true, 1],
    ['three-stream', (label) => label === 'NTU-60 xsub', 1],
    ['semi-supervised', (label) => label === 'NTU-60 xsub, 10 %', 1],
  ]);
});
