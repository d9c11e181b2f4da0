import { killedAndResumedTest } from './killed-and-resumed.ts';

killedAndResumedTest(Number(process.env['HALP_KILLS'] ?? 3));
