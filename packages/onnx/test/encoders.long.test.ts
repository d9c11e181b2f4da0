import { onEachBackend } from '@halp/testing';
import { streamTests } from './encoder-cases.ts';

onEachBackend(() => {
  streamTests('motion');
  streamTests('bone');
});
