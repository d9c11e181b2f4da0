import { trainedAndSavedTests } from './trained-and-saved.ts';

trainedAndSavedTests({ runs: 1, steps: 1 });
