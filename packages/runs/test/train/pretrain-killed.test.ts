import { killedAndResumedTest } from './killed-and-resumed.ts';

killedAndResumedTest(1);
