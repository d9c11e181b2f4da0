import { createHash, type Hash } from 'node:crypto';
import { statSync } from 'node:fs';
import { join } from 'node:path';
import { readRegularFile, writeFileAtomic } from '@halp/files/node';
import type { Posture } from '../clip/posture.ts';
import type { Plan, RawSource, SkippedFile } from '../record/plan.ts';
import { parseJsonObject } from '../text/json.ts';
import { isCount } from '../text/json-values.ts';

/** The progress of a preparation, from which another process can resume it. */
export interface Journal {
  /** The number of finished sources, in the order of the plan. */
  readonly sources: number;
  /** The valid frames of each planned clip of these sources; 0 if it was skipped. */
  readonly frames: readonly number[];
  /** The skipped files and clips of these sources. */
  readonly skipped: readonly SkippedFile[];
  /** The posture of each planned clip of these sources; empty for a skipped clip. */
  readonly postures: readonly Posture[];
  /** The number of clips without a person. */
  readonly empty: number;
}

/** A running hash of the plan and each finished source, by which a journal is recognised. */
export interface SourceChain {
  /** Adds a source: its path, size, modification time and planned clips. */
  add(source: RawSource): void;
  /** The hash of everything that was added. */
  digest(): string;
}

const FORMAT = 'halp-preparing/2';
/** The name of the journal file. */
export const journalName = 'journal.json';
const nameIn = (folder: string): string => join(folder, journalName);

/** A hash that starts with the plan without its sources, and the version of this package. */
export function sourceChain(plan: Plan, tool: string): SourceChain {
  // Sources are added one by one; problems, excluded files and notes change no clip.
  const facts = { ...plan, sources: [], problems: [], excluded: [], notes: [] };
  const hash: Hash = createHash('sha256').update(JSON.stringify([FORMAT, tool, facts]));
  return {
    add(source) {
      const stat = statSync(source.path, { throwIfNoEntry: false });
      hash.update(JSON.stringify([source, stat?.size, stat?.mtimeMs]));
    },
    digest: () => hash.copy().digest('hex'),
  };
}

/**
 * The journal of an interrupted preparation of this plan; undefined if there is none, or if the plan or one of the finished
 * files has changed since.
 */
export async function readJournal(
  folder: string,
  plan: Plan,
  chain: SourceChain,
): Promise<Journal | undefined> {
  const path = nameIn(folder);
  let json: Readonly<Record<string, unknown>>;
  try {
    json = parseJsonObject(await readRegularFile(path), path);
  } catch {
    return undefined;
  }
  const { sources, frames, skipped, postures, empty, digest } = json;
  if (!Number.isSafeInteger(sources) || !Array.isArray(skipped) || !isCount(empty))
    return undefined;
  if (typeof frames !== 'string' || typeof postures !== 'string') return undefined;
  const done = plan.sources.slice(0, sources as number);
  for (const source of done) chain.add(source);
  const lengths = decode(frames);
  const stances = decodePostures(postures);
  const clips = done.reduce((sum, source) => sum + source.clips.length, 0);
  if (chain.digest() !== digest || lengths.length !== clips) return undefined;
  if (stances.length !== clips) return undefined;
  const files = skipped as readonly SkippedFile[];
  return { sources: done.length, frames: lengths, skipped: files, postures: stances, empty };
}

/** Writes the journal, replacing the previous one. */
export async function writeJournal(
  folder: string,
  { sources, frames, skipped, postures, empty }: Journal,
  chain: SourceChain,
): Promise<void> {
  const bytes = Buffer.from(Int32Array.from(frames).buffer);
  const journal = {
    ...{ sources, digest: chain.digest(), frames: bytes.toString('base64'), skipped, empty },
    postures: encodePostures(postures),
  };
  await writeFileAtomic(nameIn(folder), JSON.stringify(journal));
}

/** Three float64 numbers for each clip, NaN for missing ones, so that a journal of 100,000 clips stays small. */
function encodePostures(postures: readonly Posture[]): string {
  const numbers = postures.flatMap(({ tilt = NaN, headBelow = NaN, lying = NaN }) => [
    ...[tilt, headBelow, lying],
  ]);
  return Buffer.from(Float64Array.from(numbers).buffer).toString('base64');
}

function decodePostures(text: string): readonly Posture[] {
  const bytes = Uint8Array.from(Buffer.from(text, 'base64'));
  if (bytes.length % 24 !== 0) return [];
  const numbers = new Float64Array(bytes.buffer);
  return Array.from({ length: numbers.length / 3 }, (_, i) => {
    const [tilt, headBelow, lying] = numbers.subarray(3 * i, 3 * i + 3) as unknown as Three;
    return {
      ...(Number.isNaN(tilt) ? {} : { tilt }),
      ...(Number.isNaN(headBelow) ? {} : { headBelow, lying }),
    };
  });
}

type Three = readonly [number, number, number];

function decode(text: string): readonly number[] {
  const bytes = Uint8Array.from(Buffer.from(text, 'base64'));
  return bytes.length % 4 === 0 ? [...new Int32Array(bytes.buffer)] : [];
}
