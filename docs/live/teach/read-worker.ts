/** Reads one file of this page in a worker. */
import { answerFiles } from '../reading/answer-files.ts';
import { readTeachFile } from './read-file.ts';

answerFiles(readTeachFile);
