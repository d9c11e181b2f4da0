/** Reads one file in a worker. */
import { answerFiles } from './answer-files.ts';
import { readFile } from './read-file.ts';

answerFiles(readFile);
