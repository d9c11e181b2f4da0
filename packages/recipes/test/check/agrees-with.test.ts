import { describe, expect, it } from 'vitest';
import * as z from 'zod/mini';
import { agreesWith } from '../../src/check/agrees-with.ts';

interface Documented {
  readonly size: number;
  readonly kinds: readonly ('a' | 'b')[];
  readonly label?: string;
}

const kinds = z.array(z.enum(['a', 'b']));
const label = z.exactOptional(z.string());

describe('agreesWith', () => {
  it('returns a schema of the documented type, and does not compile with any other', () => {
    const schema = z.strictObject({ size: z.number(), kinds, label });
    const same = agreesWith<Documented>();
    expect(same(schema)).toBe(schema);
    // @ts-expect-error an optional field is missing
    same(z.strictObject({ size: z.number(), kinds }));
    // @ts-expect-error a field is there that no interface documents
    same(z.strictObject({ size: z.number(), kinds, label, more: label }));
    // @ts-expect-error an optional field is required
    same(z.strictObject({ size: z.number(), kinds, label: z.string() }));
    // @ts-expect-error a value is missing
    same(z.strictObject({ size: z.number(), kinds: z.array(z.enum(['a'])), label }));
    // @ts-expect-error a value too many
    same(z.strictObject({ size: z.number(), kinds: z.array(z.enum(['a', 'b', 'c'])), label }));
  });
});
