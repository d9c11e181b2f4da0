/** Reads one file of this page in a worker. */
import { answerFiles } from '../reading/answer-files.ts';
import { readClipFile } from './read-file.ts';

answerFiles(readClipFile);
