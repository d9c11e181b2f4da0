import { fileNameOf } from '@halp/files';

/** What the name of a data set is made of, for error messages. */
export const DATA_NAME = 'a name of letters, digits, ".", "_" and "-"';

/** Whether files can be called after a data set of this name, as the results of an evaluation are. */
export function isDataName(name: string): boolean {
  return fileNameOf(name) === name && /^[\w.-]+$/.test(name);
}
