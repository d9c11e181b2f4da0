import { afterEach, describe, expect, it, vi } from 'vitest';
import { createChanges, defineProperty } from '../../src/changes/changes.ts';
import { setVariable } from '../../src/changes/environment.ts';

afterEach(() => {
  vi.unstubAllEnvs();
});

describe('changes', () => {
  it('are undone once, in reverse order', () => {
    const undone: number[] = [];
    const changes = createChanges();
    for (const i of [1, 2, 3]) changes.add(() => undone.push(i));
    changes.undo();
    changes.undo();
    expect(undone).toEqual([3, 2, 1]);
  });

  it('of a property restore its earlier descriptor, or remove it', () => {
    const object: Record<string, unknown> = {};
    Object.defineProperty(object, 'gpu', { get: () => 'own', configurable: true });
    const before = Object.getOwnPropertyDescriptors(object);
    const changes = createChanges();
    defineProperty(changes, object, 'gpu', 1);
    defineProperty(changes, object, 'other', 2);
    expect(object).toMatchObject({ gpu: 1, other: 2 });
    changes.undo();
    expect(Object.getOwnPropertyDescriptors(object)).toEqual(before);
  });

  it('of a variable restore its earlier value, or unset it', () => {
    vi.stubEnv('HALP_TEST_SET', 'before');
    vi.stubEnv('HALP_TEST_UNSET', undefined);
    const changes = createChanges();
    setVariable(changes, 'HALP_TEST_SET', 'now');
    setVariable(changes, 'HALP_TEST_UNSET', 'now');
    expect([process.env['HALP_TEST_SET'], process.env['HALP_TEST_UNSET']]).toEqual(['now', 'now']);
    changes.undo();
    expect(process.env['HALP_TEST_SET']).toBe('before');
    expect('HALP_TEST_UNSET' in process.env).toBe(false);
  });

  it('keep later changes by other code', () => {
    const object: Record<string, unknown> = {};
    vi.stubEnv('HALP_TEST_SET', 'before');
    const changes = createChanges();
    defineProperty(changes, object, 'gpu', 1);
    setVariable(changes, 'HALP_TEST_SET', 'now');
    object['gpu'] = 'theirs';
    process.env['HALP_TEST_SET'] = 'theirs';
    changes.undo();
    expect(object['gpu']).toBe('theirs');
    expect(process.env['HALP_TEST_SET']).toBe('theirs');
  });
});
