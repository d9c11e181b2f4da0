import { damagedFilesTests } from './damaged-files.ts';

damagedFilesTests();
