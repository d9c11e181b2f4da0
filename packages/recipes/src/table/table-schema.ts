import * as z from 'zod/mini';
import { agreesWith } from '../check/agrees-with.ts';
import { finite, oneOf, ownModule, record, share, text, whole } from '../check/fields.ts';
import { settingFields } from '../check/request-settings.ts';
import { protocolKinds, type ProtocolModuleOptions } from '../recipe/protocol-request.ts';
import type { Recipe } from '../recipe/recipe.ts';
import type { Branch, ByBenchmark, FusedRow, TablePlan, TableRow } from './table.ts';

const reported = z.exactOptional(
  z.record(z.string(), record({ value: share(), source: text() }), 'an object'),
);
const isObject = (value: unknown): boolean =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** {@link TableRow} as a schema; its recipes are checked separately. */
export const rowSchema: z.ZodMiniType<TableRow> = agreesWith<TableRow>()(
  record({
    label: text(),
    recipe: z.custom<ByBenchmark<Recipe>>(isObject, 'a recipe, or recipes by benchmark'),
    epoch: z.exactOptional(whole(0)),
    branch: z.exactOptional(
      z.custom<ByBenchmark<Branch>>(isObject, 'a recipe and an epoch, or both by benchmark'),
    ),
    comparedWith: z.exactOptional(text()),
    reported,
  }),
);

/** {@link FusedRow} as a schema. */
export const fusedRowSchema: z.ZodMiniType<FusedRow> = agreesWith<FusedRow>()(
  record({
    label: text(),
    fuse: z.readonly(
      z
        .array(text(), 'at least two labels of rows')
        .check(z.minLength(2, 'at least two labels of rows')),
    ),
    weights: z.exactOptional(z.readonly(z.array(finite(), 'a list of weights'))),
    level: z.exactOptional(oneOf(['scores', 'features'])),
    comparedWith: z.exactOptional(text()),
    reported,
  }),
);

/** {@link Branch} as a schema; its recipe is checked separately. */
export const branchSchema: z.ZodMiniType<Branch> = agreesWith<Branch>()(
  record({ recipe: z.custom<Recipe>(isObject, 'a recipe'), epoch: whole(0) }),
);

const options: z.ZodMiniType<ProtocolModuleOptions> = z.record(
  z.string(),
  z.union(
    [z.string(), finite(), z.boolean(), z.readonly(z.array(finite()))],
    'a text, a number, true, false or a list of numbers',
  ),
  'an object',
);
const protocolSchema = z.union(
  [oneOf(protocolKinds), record({ ...ownModule(), options })],
  `one of ${protocolKinds.join(', ')}, or a module`,
);

/** {@link TablePlan} as a schema; its rows are checked separately. */
export const tableSchema: z.ZodMiniType<TablePlan> = agreesWith<TablePlan>()(
  record({
    name: text(),
    title: text(),
    seeds: z.readonly(
      z.array(whole(0), 'a list of seeds').check(z.minLength(1, 'at least one seed')),
    ),
    columns: z.readonly(
      z.array(
        record({
          label: text(),
          protocol: protocolSchema,
          ...settingFields,
          benchmark: z.exactOptional(text()),
          on: z.exactOptional(record({ data: text(), benchmark: text() })),
        }),
        'a list of columns',
      ),
    ),
    rows: z.readonly(z.array(z.custom<TableRow | FusedRow>(isObject, 'a row'), 'a list of rows')),
    knnEvery: z.exactOptional(whole(1)),
    gradientEvery: z.exactOptional(whole(1)),
    notes: z.exactOptional(z.readonly(z.array(text(), 'a list of sentences'))),
  }),
);
