import { readFileSync } from 'node:fs';
import { availableParallelism, cpus, platform, release, totalmem } from 'node:os';
import * as tf from '@tensorflow/tfjs-core';
import { currentPrecision } from '@halp/backend';
import { packageFolder } from '../package-folder.ts';

/** The version of this package; all `@halp` packages have the same one. */
export function version(): string {
  const file = readFileSync(new URL('package.json', packageFolder), 'utf8');
  return (JSON.parse(file) as { version: string }).version;
}

/** The current backend and precision, and the versions of everything that can change a result. */
export function describeSoftware(): Record<string, string> {
  return {
    halp: version(),
    backend: tf.getBackend(),
    precision: currentPrecision(),
    'tfjs-core': tf.version_core,
    node: process.version,
  };
}

/** The processor, its cores, memory and operating system. */
export function describeMachine(): Record<string, string | number> {
  return {
    cpu: cpus()[0]?.model.trim() ?? 'unknown',
    cores: availableParallelism(),
    memoryGiB: Math.round(totalmem() / 2 ** 30),
    os: `${platform()} ${release()}`,
  };
}
