import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, type TestContext } from 'vitest';
import { type Clip, createClip } from '@halp/skeleton';

/** 'same' if two lists hold the same numbers (0 and -0 are the same), else the first difference. */
export function sameNumbers(actual: ArrayLike<number>, expected: ArrayLike<number>): string {
  if (actual.length !== expected.length) return `lengths ${actual.length} and ${expected.length}`;
  for (let i = 0; i < actual.length; i++) {
    if (actual[i] !== expected[i]) return `at ${i}: ${actual[i]} instead of ${expected[i]}`;
  }
  return 'same';
}

/** A clip seen by a camera that went round it by `angle` radians about the vertical axis y. */
export function turned(clip: Clip, angle: number): Clip {
  const out = createClip(clip.shape);
  const n = clip.data.length / 3;
  const [cos, sin] = [Math.cos(angle), Math.sin(angle)];
  for (let i = 0; i < n; i++) {
    const [x, y, z] = [0, 1, 2].map((c) => clip.data[c * n + i]) as [number, number, number];
    out.data[i] = cos * x + sin * z;
    out.data[n + i] = y;
    out.data[2 * n + i] = -sin * x + cos * z;
  }
  return out;
}

/** A new empty folder for each test of the file; `path(name)` is a path in it. */
export function temporaryFolder(): (...names: readonly string[]) => string {
  let folder = '';
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'halp-data-'));
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));
  return (...names) => join(folder, ...names);
}

/**
 * A folder of real data beside the repository, or in the folder that HALP_SHARED names; where there is
 * none, the test is skipped with a message.
 */
export function realData(name: string, context: TestContext): string {
  const beside = fileURLToPath(new URL('../../../../shared', import.meta.url));
  const path = join(process.env['HALP_SHARED'] ?? beside, 'datasets', name);
  if (!existsSync(path)) context.skip(`there is no ${path}`);
  return path;
}

/** The contents of an NW-UCLA file: `frames` frames of a standing body, for JSON.stringify. */
export function nwUclaContents(name: string, label: number, frames: number): NwUclaJson {
  const joint = (t: number, v: number): number[] => [
    0.1 * v - 0.02 * t,
    0.05 * v,
    3 + 0.01 * v + 0.1 * t,
  ];
  return {
    file_name: name,
    skeletons: Array.from({ length: frames }, (_, t) =>
      Array.from({ length: 20 }, (__, v) => joint(t, v)),
    ),
    label,
  };
}

/** What an NW-UCLA file holds. */
export interface NwUclaJson {
  file_name: string;
  skeletons: (number | null)[][][];
  label: number;
}

/** Writes an NW-UCLA file of that name; label and length follow from the arguments. */
export async function writeNwUcla(
  folder: string,
  name: string,
  label: number,
  frames: number,
): Promise<void> {
  const text = JSON.stringify(nwUclaContents(name, label, frames));
  await writeFile(join(folder, `${name}.json`), text);
}

/** What a JSON file holds. */
export function readJson(path: string): unknown {
  return JSON.parse(readFileSync(path, 'utf8'));
}

/** The message of what a promise throws; 'nothing' if it does not. */
export async function messageOf(work: Promise<unknown>): Promise<string> {
  return work.then(
    () => 'nothing',
    (error: unknown) => (error instanceof Error ? error.message : String(error)),
  );
}

/**
 * The bytes of a MATLAB file of version 5 with one uncompressed variable of doubles, first axis fastest,
 * as its published description says.
 */
export function matOf(
  name: string,
  shape: readonly number[],
  numbers: readonly number[],
): Uint8Array {
  const element = (type: number, data: ArrayBuffer): Uint8Array => {
    const bytes = new Uint8Array(8 + Math.ceil(data.byteLength / 8) * 8);
    new Uint32Array(bytes.buffer, 0, 2).set([type, data.byteLength]);
    bytes.set(new Uint8Array(data), 8);
    return bytes;
  };
  const parts = [
    element(6, Uint32Array.of(6, 0).buffer),
    element(5, Int32Array.from(shape).buffer),
    element(1, new TextEncoder().encode(name).slice().buffer),
    element(9, Float64Array.from(numbers).buffer),
  ];
  const matrix = element(14, new Uint8Array(parts.flatMap((part) => [...part])).buffer);
  const file = new Uint8Array(128 + matrix.length);
  file.set([0, 1, 0x49, 0x4d], 124);
  file.set(matrix, 128);
  return file;
}

/** The hash of every file in a folder and its subfolders. */
export function hashes(folder: string): Readonly<Record<string, string>> {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true });
  return Object.fromEntries(
    files
      .filter((file) => file.isFile())
      .map((file) => join(file.parentPath, file.name))
      .sort()
      .map((file) => [
        file.slice(folder.length),
        createHash('sha256').update(readFileSync(file)).digest('hex'),
      ]),
  );
}
