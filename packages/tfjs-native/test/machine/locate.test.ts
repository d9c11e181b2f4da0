import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { locateNative, startupAddon } from '@halp/tfjs-native';

let project = '';
beforeEach(() => {
  project = mkdtempSync(join(tmpdir(), 'locate-'));
});
afterEach(() => {
  rmSync(project, { recursive: true });
});

function add(name: string, bound: boolean): void {
  const folder = join(project, 'node_modules', name);
  mkdirSync(join(folder, 'lib/napi-v8'), { recursive: true });
  writeFileSync(join(folder, 'package.json'), '{"version":"4.22.0"}');
  if (bound) writeFileSync(join(folder, 'lib/napi-v8/tfjs_binding.node'), '');
}

describe('locateNative', () => {
  it('is undefined if there is no package', () => {
    expect(locateNative(project)).toBeUndefined();
  });

  it('finds a package from a subfolder, and whether it has its binding', () => {
    add('@tensorflow/tfjs-node', false);
    const folder = join(project, 'node_modules/@tensorflow/tfjs-node');
    const binding = join(folder, 'lib/napi-v8/tfjs_binding.node');
    const expected = {
      name: '@tensorflow/tfjs-node',
      version: '4.22.0',
      folder,
      binding,
      bound: false,
    };
    expect(locateNative(join(project, 'packages/one'))).toEqual(expected);
    add('@tensorflow/tfjs-node', true);
    expect(locateNative(project)).toEqual({ ...expected, bound: true });
  });

  it('prefers the package with its binding, then the one for GPUs', () => {
    add('@tensorflow/tfjs-node', false);
    add('@tensorflow/tfjs-node-gpu', false);
    expect(locateNative(project)?.name).toBe('@tensorflow/tfjs-node-gpu');
    add('@tensorflow/tfjs-node', true);
    expect(locateNative(project)?.name).toBe('@tensorflow/tfjs-node');
  });
});

describe('startupAddon', () => {
  it('is in the folder of the binding', () => {
    add('@tensorflow/tfjs-node', true);
    const found = locateNative(project);
    expect(found && startupAddon(found)).toBe(
      join(project, 'node_modules/@tensorflow/tfjs-node/lib/napi-v8/startup.node'),
    );
  });
});
