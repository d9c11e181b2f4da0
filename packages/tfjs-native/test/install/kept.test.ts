import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { installNative, listNative, uninstallNative } from '@halp/tfjs-native';
import { fakeMachine } from '../fake-machine.ts';

describe('listNative', () => {
  it('is empty if nothing was installed', async () => {
    const { options } = fakeMachine();
    expect(await listNative(options)).toEqual({ cache: options.cache, items: [], bytes: 0 });
  });

  it('lists what is kept, with its size', async () => {
    const { options } = fakeMachine();
    const { library } = await installNative(options);
    mkdirSync(join(options.cache, 'addons'));
    writeFileSync(join(options.cache, 'addons/a.node'), 'x'.repeat(100));
    mkdirSync(join(options.cache, 'unfinished-1'));
    const { items, bytes } = await listNative(options);
    expect(items.map(({ name, kind }) => [name, kind])).toEqual([
      ['addons/a.node', 'addon'],
      [expect.stringMatching(/^bindings\/tfjs-4\.22\.0-/), 'binding'],
      [library.slice(options.cache.length + 1), 'library'],
      ['unfinished-1', 'unfinished'],
    ]);
    expect(items[0]?.bytes).toBe(100);
    // Two libraries of 12,000 and 14,000 bytes, two headers, and their list.
    expect(items[2]?.bytes).toBeGreaterThan(26_000);
    expect(bytes).toBe(items.reduce((sum, item) => sum + item.bytes, 0));
  });
});

describe('uninstallNative', () => {
  it('removes everything that is kept and the binding, and returns the freed size', async () => {
    const machine = fakeMachine();
    await installNative(machine.options);
    const before = await listNative(machine.options);
    const done = await uninstallNative(machine.options);
    expect(done).toEqual({ removed: before, unbound: '@tensorflow/tfjs-node-gpu' });
    expect((await listNative(machine.options)).items).toEqual([]);
    expect(machine.kept()).toEqual([]);
    expect(machine.bound()).toBe(false);
  });

  it('leaves nothing of the binding in the package', async () => {
    const machine = fakeMachine();
    const { package: found } = await installNative(machine.options);
    await uninstallNative(machine.options);
    for (const name of ['startup.node', 'before.json', 'tfjs_binding.node'])
      expect(existsSync(join(found.binding, '..', name))).toBe(false);
  });

  it('has nothing to do if nothing is installed', async () => {
    const machine = fakeMachine();
    const { removed, unbound } = await uninstallNative(machine.options);
    expect([removed.bytes, unbound]).toEqual([0, undefined]);
    expect(existsSync(machine.options.cache)).toBe(false);
  });

  it('lets the next installation start again', async () => {
    const machine = fakeMachine();
    await installNative(machine.options);
    await uninstallNative(machine.options);
    expect((await installNative(machine.options)).did).toBe('fetched');
  });
});
