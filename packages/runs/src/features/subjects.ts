import type { Dataset } from '@halp/data';

/**
 * The subject of each clip, `[n]`; reads every clip.
 *
 * @throws RangeError if the data set does not have subjects.
 */
export async function subjectsOf(dataset: Dataset): Promise<Int32Array> {
  const subjects = new Int32Array(dataset.length);
  for (let i = 0; i < dataset.length; i++) {
    const { subject, name } = await dataset.get(i);
    if (subject === undefined) {
      throw new RangeError(
        `validation: expected a subject for every clip, to hold out whole subjects, got none for ${name}`,
      );
    }
    subjects[i] = subject;
  }
  return subjects;
}
