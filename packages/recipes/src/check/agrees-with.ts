import type * as z from 'zod/mini';

/** The type with every field read-only, written out at every depth. */
type Frozen<T> = T extends string | number | boolean | undefined
  ? T
  : { readonly [Key in keyof T]: Frozen<T[Key]> };

/** `true` for one type, optional fields included; else `false`. */
type Same<A, B> =
  (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;

/**
 * The schema itself, if its type is the documented one field by field, in both directions and with the same optional
 * fields; where they differ the call does not compile. Not compared: `readonly`, and
 * whether an optional field may hold `undefined`.
 */
export function agreesWith<Documented>(): <Schema extends z.ZodMiniType>(
  schema: Schema &
    (Same<Frozen<z.infer<Schema>>, Frozen<Documented>> extends true ? unknown : never),
) => z.ZodMiniType<Documented> {
  return (schema) => schema as unknown as z.ZodMiniType<Documented>;
}
