import { readFileSync } from 'node:fs';
import { availableParallelism, cpus, platform, release, totalmem } from 'node:os';
import * as tf from '@tensorflow/tfjs-core';
import { currentPrecision } from '@halp/backend';
import { packageFolder } from '../package-folder.ts';

/** The version of this package, which is that of all packages of `@halp`. */
export function version(): string {
  const file = readFileSync(new URL('package.json', packageFolder), 'utf8');
  return (JSON.parse(file) as { version: string }).version;
}

/** The backend that runs now and the versions of everything that can change a number. */
export function describeSoftware(): Record<string, string> {
  return {
    halp: version(),
    backend: tf.getBackend(),
    precision: currentPrecision(),
    'tfjs-core': tf.version_core,
    node: process.version,
  };
}

/** The processor, its cores, the memory and the operating system. */
export function describeMachine(): Record<string, string | number> {
  return {
    cpu: cpus()[0]?.model.trim() ?? 'unknown',
    cores: availableParallelism(),
    memoryGiB: Math.round(totalmem() / 2 ** 30),
    os: `${platform()} ${release()}`,
  };
}
