import type { PartFile, Preparation } from '@halp/data';
import { readManifest } from '@halp/data/node';
import { trainedOn } from '@halp/recipes';
import type { RunManifest } from '@halp/train';
import { recipeDifferences } from '@halp/train';

/** The SHA-256 of every array of one split, by part and file. */
export type DataChecksums = Readonly<Record<'train' | 'test', Readonly<Record<PartFile, string>>>>;

/** Which clips exactly: a data set, its split, the checksums of its arrays and what they are said to be. */
export interface DataIdentity {
  /** The data set's name. */
  readonly name: string;
  /** The split. */
  readonly benchmark: string;
  /** Of its arrays; absent where a run was made without data. */
  readonly sha256?: DataChecksums | undefined;
  /** How it was prepared: equal arrays that are said to be something else reach an encoder as other numbers. */
  readonly preparation?: Preparation | undefined;
}

/**
 * The identity of one split of a prepared data set.
 *
 * @throws FormatError if there is no prepared data set.
 */
export async function dataIdentity(folder: string, benchmark: string): Promise<DataIdentity> {
  const { name, benchmarks, preparation } = await readManifest(folder);
  return { name, benchmark, sha256: checksumsOf(benchmarks[benchmark]), preparation };
}

/** The identity of the data that a run was trained on. */
export function trainingData(manifest: RunManifest): DataIdentity {
  const { name, benchmark, arrays } = manifest.data;
  const preparation = trainedOn(manifest)?.preparation;
  const split = String(benchmark);
  const all = (arrays ?? {}) as Readonly<Record<string, unknown>>;
  return {
    name: String(name),
    benchmark: split,
    sha256: checksumsOf(all[split]),
    preparation,
  };
}

/**
 * In what two data differ, in words; undefined if they are the same.
 *
 * Where one has no checksums, as a run that was imported and never trained, names and splits alone are compared.
 */
export function dataDifference(a: DataIdentity, b: DataIdentity): string | undefined {
  const [left, right] = [`${a.name} ${a.benchmark}`, `${b.name} ${b.benchmark}`];
  if (left !== right) return `${left} !== ${right}`;
  if (a.sha256 === undefined || b.sha256 === undefined) return undefined;
  const files = recipeDifferences(a.sha256, b.sha256).map(
    (difference) => /^recipe\.([^:]*)/.exec(difference)?.[1] ?? difference,
  );
  if (files.length > 0) return `other checksums of ${left}: ${files.join(', ')}`;
  const said = recipeDifferences(a.preparation ?? {}, b.preparation ?? {});
  return said.length === 0 ? undefined : `${left} prepared in another way: ${said.join(', ')}`;
}

function checksumsOf(benchmark: unknown): DataChecksums | undefined {
  const { train, test } = (benchmark ?? {}) as Partial<
    Record<'train' | 'test', { readonly sha256: Readonly<Record<PartFile, string>> }>
  >;
  if (train === undefined || test === undefined) return undefined;
  return { train: train.sha256, test: test.sha256 };
}
