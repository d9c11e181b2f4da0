import { describe, expect, it } from 'vitest';
import { anything, plainCalls } from '@halp/testing';

const opened = new Set<string>();
/** What is open until it is ended as its kind is. */
const opens =
  (end: string) =>
  (path: unknown): Record<string, () => void> => {
    if (typeof path !== 'string')
      throw new TypeError(`${end}: expected a path, got ${String(path)}`);
    opened.add(end);
    return { [end]: () => void opened.delete(end) };
  };
const path = () => [anything('x', [['a number', 7]])];

plainCalls(
  'what opens',
  { close: opens('close'), discard: opens('discard'), release: opens('release') },
  {
    close: path,
    discard: path,
    release: path,
  },
);

describe('plainCalls', () => {
  it('leaves nothing open', () => {
    expect([...opened]).toEqual([]);
  });
});
