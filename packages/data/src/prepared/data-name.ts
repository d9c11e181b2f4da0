import { fileNameOf } from '@halp/files';

/** The form of a data set's name, for error messages. */
export const DATA_NAME = 'a name of letters, digits, ".", "_" and "-"';

/** Whether a data set's name can be part of file names, such as those of evaluation results. */
export function isDataName(name: string): boolean {
  return fileNameOf(name) === name && /^[\w.-]+$/.test(name);
}
