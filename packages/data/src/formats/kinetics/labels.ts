import { FormatError, type TextBytes } from '@halp/files';
import { textFileBytes } from '@halp/files/check';
import { isObject, kindOf, parseJsonObject } from '../../text/json.ts';
import { isCount } from '../../text/json-values.ts';

const CLASSES = 400;

/** The entry of a clip in a label file of Kinetics-skeleton. */
export interface KineticsLabel {
  /** The class, from 0. */
  readonly label: number;
  /** The name of the class. */
  readonly name: string;
  /** Whether a person was detected in the video. */
  readonly hasSkeleton: boolean;
}

/**
 * The labels in the bytes of kinetics_train_label.json or kinetics_val_label.json, by the clips' names:
 * `{"NAME": {"has_skeleton": true, "label": "clapping", "label_index": 57}, ...}`.
 *
 * @param onProblem - Called with the name and the error of each invalid entry. Default: the error is thrown.
 * @throws FormatError if the file has another form, or is empty.
 */
export function parseKineticsLabels(
  input: TextBytes,
  path: string,
  onProblem: (name: string, error: FormatError) => void = (_, error) => {
    throw error;
  },
): ReadonlyMap<string, KineticsLabel> {
  const bytes = textFileBytes('parseKineticsLabels', input);
  const labels = new Map<string, KineticsLabel>();
  const entries = Object.entries(parseJsonObject(bytes, path));
  for (const [name, value] of entries) {
    const label = labelOf(name, value, path);
    if (label instanceof FormatError) onProblem(name, label);
    else labels.set(name, label);
  }
  if (entries.length === 0) throw new FormatError(path, 'expected at least one label, got none');
  return labels;
}

function labelOf(name: string, value: unknown, path: string): KineticsLabel | FormatError {
  const called = JSON.stringify(name);
  if (!isObject(value)) {
    return new FormatError(path, `${called}: expected an object, got ${kindOf(value)}`);
  }
  const { label_index: label, label: className, has_skeleton: hasSkeleton } = value;
  if (!isCount(label) || label >= CLASSES) {
    const problem = `label_index of ${called}: expected a class below ${CLASSES}, got ${kindOf(label)}`;
    return new FormatError(path, problem);
  }
  if (typeof className !== 'string' || typeof hasSkeleton !== 'boolean') {
    const problem = `${called}: expected a label and has_skeleton, got ${kindOf(className)} and ${kindOf(hasSkeleton)}`;
    return new FormatError(path, problem);
  }
  return { label, name: className, hasSkeleton };
}
