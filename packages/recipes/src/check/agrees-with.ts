import type * as z from 'zod/mini';

/** The type with every field read-only, at every depth. */
type Frozen<T> = T extends string | number | boolean | undefined
  ? T
  : { readonly [Key in keyof T]: Frozen<T[Key]> };

/** `true` if the types are equal, optional fields included; else `false`. */
type Same<A, B> =
  (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;

/**
 * The schema itself. The call compiles only if its type equals the documented one field by field, in both directions
 * and with the same optional fields. Not compared: `readonly`, and whether an optional field may be `undefined`.
 */
export function agreesWith<Documented>(): <Schema extends z.ZodMiniType>(
  schema: Schema &
    (Same<Frozen<z.infer<Schema>>, Frozen<Documented>> extends true ? unknown : never),
) => z.ZodMiniType<Documented> {
  return (schema) => schema as unknown as z.ZodMiniType<Documented>;
}
