import type { PartFile, Preparation } from '@halp/data';
import { readManifest } from '@halp/data/node';
import { trainedOn } from '@halp/recipes';
import type { RunManifest } from '@halp/train';
import { recipeDifferences } from '@halp/train';

/** The SHA-256 of every array of one benchmark, by part and file. */
export type DataChecksums = Readonly<Record<'train' | 'test', Readonly<Record<PartFile, string>>>>;

/** The identity of clips: data set, benchmark, checksums of the arrays, and their preparation. */
export interface DataIdentity {
  /** The data set's name. */
  readonly name: string;
  /** The benchmark. */
  readonly benchmark: string;
  /** The checksums of its arrays; absent for a run that was imported without data. */
  readonly sha256?: DataChecksums | undefined;
  /** How it was prepared: with another preparation, equal arrays become another input of the encoder. */
  readonly preparation?: Preparation | undefined;
}

/**
 * The identity of one split of a prepared data set.
 *
 * @throws FormatError if the folder is no prepared data set.
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
 * How two data sets differ, in words; undefined if they are the same.
 *
 * If one has no checksums, as after an import, only names and splits are compared.
 */
export function dataDifference(a: DataIdentity, b: DataIdentity): string | undefined {
  const [left, right] = [`${a.name} ${a.benchmark}`, `${b.name} ${b.benchmark}`];
  if (left !== right) return `${left} !== ${right}`;
  if (a.sha256 === undefined || b.sha256 === undefined) return undefined;
  const files = recipeDifferences(a.sha256, b.sha256).map(
    (difference) => /^recipe\.([^:]*)/.exec(difference)?.[1] ?? difference,
  );
  if (files.length > 0) return `other checksums of ${left}: ${files.join(', ')}`;
  const prepared = recipeDifferences(a.preparation ?? {}, b.preparation ?? {});
  if (prepared.length === 0) return undefined;
  return `${left} prepared differently: ${prepared.join(', ')}`;
}

function checksumsOf(benchmark: unknown): DataChecksums | undefined {
  const { train, test } = (benchmark ?? {}) as Partial<
    Record<'train' | 'test', { readonly sha256: Readonly<Record<PartFile, string>> }>
  >;
  if (train === undefined || test === undefined) return undefined;
  return { train: train.sha256, test: test.sha256 };
}
