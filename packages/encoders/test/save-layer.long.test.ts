import { trainedAndSavedTests } from './trained-and-saved.ts';

trainedAndSavedTests({ runs: 2, steps: 3 });
