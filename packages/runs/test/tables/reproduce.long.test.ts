import { reproduceTests } from './tiny-table.ts';

reproduceTests([0, 1]);
