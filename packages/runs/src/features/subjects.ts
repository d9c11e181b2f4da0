import type { Dataset } from '@halp/data';

/** What needs the subjects of a classifier's training clips, for messages. */
export const HOLD_OUT = 'validation by whole subjects';

/**
 * The subject of each clip, `[n]`; reads every clip.
 *
 * @param caller - What needs them, for the message.
 * @throws RangeError if the data set does not have subjects.
 */
export async function subjectsOf(caller: string, dataset: Dataset): Promise<Int32Array> {
  const subjects = new Int32Array(dataset.length);
  for (let i = 0; i < dataset.length; i++) {
    const { subject, name } = await dataset.get(i);
    if (subject === undefined) {
      throw new RangeError(`${caller}: expected a subject for every clip, got none for ${name}`);
    }
    subjects[i] = subject;
  }
  return subjects;
}
