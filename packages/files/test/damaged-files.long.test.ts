import { damagedFilesTests } from './damaged-files.ts';

damagedFilesTests(20_000);
