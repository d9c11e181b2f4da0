import { createHash, type Hash } from 'node:crypto';
import { statSync } from 'node:fs';
import { join } from 'node:path';
import { readRegularFile, writeFileAtomic } from '@halp/files/node';
import type { Posture } from '../clip/posture.ts';
import type { Plan, RawSource, SkippedFile } from '../record/plan.ts';
import { parseJsonObject } from '../text/json.ts';
import { isCount } from '../text/json-values.ts';

/** How far a preparation has come, so that another process can go on. */
export interface Journal {
  /** The sources that are done, the first of the plan. */
  readonly sources: number;
  /** For each planned clip of these, its valid frames; 0 if it was skipped. */
  readonly frames: readonly number[];
  /** What was skipped of them. */
  readonly skipped: readonly SkippedFile[];
  /** For each planned clip of these, how the person stands; nothing of a clip that was skipped. */
  readonly postures: readonly Posture[];
  /** How many of the clips hold nobody. */
  readonly empty: number;
}

/** Identifies what a journal is about: the plan, and each source that is done. */
export interface SourceChain {
  /** Adds a source: its path, size, time of change, and what is planned of it. */
  add(source: RawSource): void;
  /** What all that was added comes to. */
  digest(): string;
}

const FORMAT = 'halp-preparing/2';
/** The name of the file in which a preparation says how far it has come. */
export const journalName = 'journal.json';
const nameIn = (folder: string): string => join(folder, journalName);

/** A chain that starts with everything of a plan but its sources, and the version that works on it. */
export function sourceChain(plan: Plan, tool: string): SourceChain {
  // Sources are added one by one, and what is left out changes no clip.
  const facts = { ...plan, sources: [], problems: [], leftOut: [], notes: [] };
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
 * What an interrupted preparation of this plan left in a folder, or undefined if there is none, or its
 * plan or one of the files that it had done was another then.
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

/** Writes a journal over the one before. */
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

/** Three float64 numbers a clip, NaN for what is absent: a journal of 100,000 clips stays small. */
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
