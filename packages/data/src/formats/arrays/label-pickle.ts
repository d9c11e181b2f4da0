import { type Bytes, FormatError, parsePickle, type PickleValue } from '@halp/files';
import { fileBytes } from '@halp/files/check';
import { asDoubles } from '../../text/integer-values.ts';
import { isCount } from '../../text/json-values.ts';
import {
  isPickledArray,
  isPickledList,
  pickledKind,
  pickledText,
} from '../../text/pickle-values.ts';

/** The contents of a label pickle: the name and the label of each clip. */
export interface LabelPickle {
  /** The names of the clips, without the suffix `.skeleton`. */
  readonly names: readonly string[];
  /** Their classes. */
  readonly labels: readonly number[];
}

/**
 * The names and labels in the bytes of a `_label.pkl` file: a tuple or list `(names, labels)`, where labels are integers,
 * also as float64, in a list or an array.
 *
 * ST-GCN, 2s-AGCN and CTR-GCN write this form, and so do the authors' data_gen/ntu_gendata.py and pku_gendata.py, with
 * float64 labels.
 *
 * @param path - The file's name, for error messages.
 * @throws FormatError if `parsePickle` refuses the file, it has another form, the lists differ in length, or a label is not
 * an integer of at least 0.
 */
export function parseLabelPickle(input: Bytes, path: string): LabelPickle {
  const bytes = fileBytes('parseLabelPickle', input);
  const { names, entries } = readLabelPickle(bytes, path);
  const labels = entries.map((label, i) => {
    if (isCount(label)) return label;
    const got = pickledKind(label);
    throw new FormatError(path, `label ${i}: expected an integer of at least 0, got ${got}`);
  });
  return { names, labels };
}

/** As {@link parseLabelPickle}, with unchecked labels. */
export function readLabelPickle(
  bytes: Uint8Array,
  path: string,
): { readonly names: readonly string[]; readonly entries: readonly PickleValue[] } {
  const value = parsePickle(bytes, path);
  if (!isPickledList(value) || value.length !== 2) {
    throw new FormatError(path, `expected (names, labels), got ${pickledKind(value)}`);
  }
  const names = namesOf(value[0], path);
  const entries = entriesOf(value[1], path);
  if (names.length === entries.length) return { names, entries };
  const problem = `expected a label for each name, got ${names.length} names and ${entries.length} labels`;
  throw new FormatError(path, problem);
}

function namesOf(value: PickleValue | undefined, path: string): readonly string[] {
  if (!isPickledList(value))
    throw new FormatError(path, `expected a list of names, got ${pickledKind(value)}`);
  return value.map((name, i) => {
    const text = pickledText(name);
    if (text !== undefined) return text.replace(/\.skeleton$/, '');
    throw new FormatError(path, `name ${i}: expected a text, got ${pickledKind(name)}`);
  });
}

function entriesOf(value: PickleValue | undefined, path: string): readonly PickleValue[] {
  const list =
    isPickledArray(value) && value.shape.length === 1 ? Array.from(asDoubles(value)) : value;
  if (!isPickledList(list))
    throw new FormatError(path, `expected a list of labels, got ${pickledKind(list)}`);
  return list;
}
