import * as z from 'zod/mini';
import { isRelativeModule, MODULE_NAME } from '@halp/random/check';

/** A text that is not empty. */
export const text = (): z.ZodMiniString => {
  const what = 'a text that is not empty';
  return z.string(what).check(z.minLength(1, what));
};

/** An integer of at least `least`. */
export const whole = (least: 0 | 1 | 2): z.ZodMiniNumberFormat => {
  const what = {
    0: 'an integer of at least 0',
    1: 'a positive integer',
    2: 'an integer of at least 2',
  }[least];
  return z.int(what).check(z.gte(least, what));
};

/** A finite number. */
export const finite = (): z.ZodMiniNumber => z.number('a finite number');

/** A finite number of at least 0. */
export const atLeastZero = (): z.ZodMiniNumber => {
  const what = 'a finite number of at least 0';
  return z.number(what).check(z.gte(0, what));
};

/** A finite number above 0. */
export const positive = (): z.ZodMiniNumber => {
  const what = 'a positive number';
  return z.number(what).check(z.gt(0, what));
};

/** A number in [0, 1]. */
export const share = (): z.ZodMiniNumber => {
  const what = 'a number in [0, 1]';
  return z.number(what).check(z.gte(0, what), z.lte(1, what));
};

/** A number in [0, 1). */
export const belowOne = (): z.ZodMiniNumber => {
  const what = 'a number in [0, 1)';
  return z.number(what).check(z.gte(0, what), z.lt(1, what));
};

/** One of a few texts. */
export const oneOf = <const Names extends readonly string[]>(
  names: Names,
): z.ZodMiniEnum<{ [Name in Names[number]]: Name }> => z.enum(names, `one of ${names.join(', ')}`);

/** A strictly ascending list of epochs. */
export const ascendingEpochs = (): z.ZodMiniReadonly<z.ZodMiniArray<z.ZodMiniNumberFormat>> =>
  z.readonly(
    z
      .array(whole(0), 'a list of epochs')
      .check(
        z.refine(
          (list) => list.every((epoch, i) => epoch > (list[i - 1] ?? -1)),
          'epochs in ascending order, none twice',
        ),
      ),
  );

/** An object with exactly these fields; the message of an issue about an unknown field lists their names. */
export const record = <Fields extends z.core.$ZodShape>(
  fields: Fields,
): z.ZodMiniObject<Fields, z.core.$strict> =>
  z.strictObject(fields, {
    error: ({ code }) =>
      code === 'unrecognized_keys' ? Object.keys(fields).join(', ') : 'an object',
  });

/** The fields of a user's module, which is named so that it can be imported from anywhere. */
export const ownModule = (): {
  kind: z.ZodMiniLiteral<'module'>;
  module: z.ZodMiniString;
  options: z.ZodMiniRecord<z.ZodMiniString, z.ZodMiniUnknown>;
} => ({
  kind: z.literal('module'),
  module: text().check(z.refine((name) => !isRelativeModule(name), MODULE_NAME)),
  options: z.record(z.string(), z.unknown(), 'an object'),
});
