import type { Dataset } from '@halp/data';

/**
 * Who performs in each clip; read from the clips.
 *
 * @throws RangeError if the data set does not say.
 */
export async function subjectsOf(dataset: Dataset): Promise<Int32Array> {
  const subjects = new Int32Array(dataset.length);
  for (let i = 0; i < dataset.length; i++) {
    const { subject, name } = await dataset.get(i);
    if (subject === undefined) {
      throw new RangeError(
        `validation: expected every clip's subject, to hold out whole subjects, got none for ${name}`,
      );
    }
    subjects[i] = subject;
  }
  return subjects;
}
