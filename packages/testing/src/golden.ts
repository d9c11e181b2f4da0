import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { type NdArray, parseSafetensors } from '@halp/files';

/** Expected values of one situation, computed with the authors' released code. */
export interface GoldenCase {
  /** The settings of the case. */
  readonly meta: Readonly<Record<string, unknown>>;
  /** Inputs and expected outputs by name. */
  readonly arrays: Readonly<Record<string, NdArray>>;
}

/**
 * A golden case by name; `fixtures/README.md` describes each.
 *
 * @throws Error if there is no such case.
 */
export function golden(name: string): GoldenCase {
  const path = fixturePath(`${name}.safetensors`);
  const { tensors, metadata } = parseSafetensors(readFileSync(path), path);
  return {
    meta: JSON.parse(metadata['meta'] ?? '{}') as Record<string, unknown>,
    arrays: tensors,
  };
}

/** The path of a fixture file, such as `raw/S001C001P001R001A001.skeleton`. */
export function fixturePath(name: string): string {
  return fileURLToPath(new URL(`../fixtures/${name}`, import.meta.url));
}
