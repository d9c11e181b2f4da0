import { createHash, type Hash } from 'node:crypto';
import { statSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { writeFileAtomic } from '@halp/files/node';
import { parseJsonObject } from './json.ts';
import type { Plan, RawSource, SkippedFile } from './plan.ts';

/** How far a preparation has come, so that another process can go on. */
export interface Journal {
  /** The sources that are done, the first of the plan. */
  readonly sources: number;
  /** For each planned clip of these, its valid frames; 0 if it was skipped. */
  readonly frames: readonly number[];
  /** What was skipped of them. */
  readonly skipped: readonly SkippedFile[];
}

/** Identifies what a journal is about: the plan, and each source that is done. */
export interface SourceChain {
  /** Adds a source: its path, size, time of change, and what is planned of it. */
  add(source: RawSource): void;
  /** What all that was added comes to. */
  digest(): string;
}

const FORMAT = 'halp-preparing/1';
/** The name of the file in which a preparation says how far it has come. */
export const journalName = 'journal.json';
const nameIn = (folder: string): string => join(folder, journalName);

/** A chain that starts with everything of a plan but its sources, and the version that works on it. */
export function sourceChain(plan: Plan, tool: string): SourceChain {
  // Sources are added one by one, and what is left out changes no clip.
  const facts = { ...plan, sources: [], problems: [], leftOut: [] };
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
    json = parseJsonObject(await readFile(path), path);
  } catch {
    return undefined;
  }
  const { sources, frames, skipped, digest } = json;
  if (!Number.isSafeInteger(sources) || typeof frames !== 'string' || !Array.isArray(skipped)) {
    return undefined;
  }
  const done = plan.sources.slice(0, sources as number);
  for (const source of done) chain.add(source);
  const lengths = decode(frames);
  const clips = done.reduce((sum, source) => sum + source.clips.length, 0);
  if (chain.digest() !== digest || lengths.length !== clips) return undefined;
  return { sources: done.length, frames: lengths, skipped: skipped as readonly SkippedFile[] };
}

/** Writes a journal over the one before. */
export async function writeJournal(
  folder: string,
  { sources, frames, skipped }: Journal,
  chain: SourceChain,
): Promise<void> {
  const bytes = Buffer.from(Int32Array.from(frames).buffer);
  const journal = { sources, digest: chain.digest(), frames: bytes.toString('base64'), skipped };
  await writeFileAtomic(nameIn(folder), JSON.stringify(journal));
}

function decode(text: string): readonly number[] {
  const bytes = Uint8Array.from(Buffer.from(text, 'base64'));
  return bytes.length % 4 === 0 ? [...new Int32Array(bytes.buffer)] : [];
}
