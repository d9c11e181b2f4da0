import { FormatError } from '@halp/files';
import { kindOf, parseJsonObject } from './json.ts';
import { isCount, objectIn } from './json-values.ts';

const CLASSES = 400;

/** What a label file of Kinetics-skeleton says of a clip. */
export interface KineticsLabel {
  /** The class, from 0. */
  readonly label: number;
  /** The name of the class. */
  readonly name: string;
  /** Whether anybody was found in the video. */
  readonly hasSkeleton: boolean;
}

/**
 * The labels in the bytes of kinetics_train_label.json or kinetics_val_label.json, by the clips' names:
 * `{"NAME": {"has_skeleton": true, "label": "clapping", "label_index": 57}, ...}`.
 *
 * @throws FormatError if this is not such a file, or it is empty.
 */
export function parseKineticsLabels(
  bytes: Uint8Array,
  path: string,
): ReadonlyMap<string, KineticsLabel> {
  const labels = new Map<string, KineticsLabel>();
  for (const [name, value] of Object.entries(parseJsonObject(bytes, path))) {
    const entry = objectIn(value, JSON.stringify(name), path);
    const { label_index: label, label: className, has_skeleton: hasSkeleton } = entry;
    if (!isCount(label) || label >= CLASSES) {
      const problem = `label_index of ${JSON.stringify(name)}: expected a class below ${CLASSES}, got ${kindOf(label)}`;
      throw new FormatError(path, problem);
    }
    if (typeof className !== 'string' || typeof hasSkeleton !== 'boolean') {
      const problem = `${JSON.stringify(name)}: expected a label and has_skeleton, got ${kindOf(className)} and ${kindOf(hasSkeleton)}`;
      throw new FormatError(path, problem);
    }
    labels.set(name, { label, name: className, hasSkeleton });
  }
  if (labels.size === 0) throw new FormatError(path, 'expected at least one label, got none');
  return labels;
}
