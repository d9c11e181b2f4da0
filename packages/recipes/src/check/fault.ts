import type * as z from 'zod/mini';
import { nearestName } from '@halp/random/check';

/** One fault of a recipe. */
export interface Fault {
  /** Path of the field, such as `objective.queueSize`; empty for the whole recipe. */
  readonly path: string;
  /** What was expected, what was found, and what to do. */
  readonly text: string;
}

type Issue = z.core.$ZodIssue;
type Path = readonly PropertyKey[];

/** The issues of a schema as faults. A misspelt field is reported once, not also as missing. */
export function faultsOf(issues: readonly Issue[], value: unknown): Fault[] {
  const meant = new Set<string>();
  const unknown = issues.flatMap((issue) =>
    issue.code === 'unrecognized_keys' ? unknownFields(issue, meant) : [],
  );
  const others = issues
    .filter(({ code }) => code !== 'unrecognized_keys')
    .flatMap((issue) =>
      issue.code === 'invalid_union' ? inUnion(issue, value) : [faultOf(issue, value)],
    )
    .filter(({ path }) => !meant.has(path));
  return [...unknown, ...others];
}

/** One line for each fault, each beginning with `name`. */
export function linesOf(faults: readonly Fault[], name: string): string {
  return faults
    .map(({ path, text }) => [name, ...(path === '' ? [] : [path]), text].join(': '))
    .join('\n');
}

/** `objective.milestones[2]`. */
export function pathText(path: Path): string {
  return path.reduce<string>((text, key) => {
    if (typeof key === 'number') return `${text}[${key}]`;
    return text === '' ? String(key) : `${text}.${String(key)}`;
  }, '');
}

/** A value as text for an error message; long values are truncated. */
export function shown(value: unknown): string {
  if (value === undefined) return 'nothing';
  if (typeof value === 'string') return `'${cut(value)}'`;
  if (typeof value === 'function') return 'a function';
  // JSON has no NaN, no Infinity and no bigint.
  if (typeof value === 'number' || typeof value === 'bigint') return String(value);
  return cut(JSON.stringify(value) ?? typeof value);
}

function cut(text: string): string {
  return text.length > 80 ? `${text.slice(0, 77)}...` : text;
}

function unknownFields(
  { path, keys, message }: Extract<Issue, { code: 'unrecognized_keys' }>,
  meant: Set<string>,
): Fault[] {
  return keys.map((key) => {
    const nearest = nearestName(key, message.split(', '));
    if (nearest !== undefined) meant.add(pathText([...path, nearest]));
    return {
      path: pathText([...path, key]),
      text: `expected a field among ${message}, got '${key}'${hint(nearest)}`,
    };
  });
}

/** The fault of a union: an unknown kind, or that of the alternative that matches best. */
function inUnion(issue: Extract<Issue, { code: 'invalid_union' }>, value: unknown): Fault[] {
  const { path, errors, message } = issue;
  const { options } = issue as { readonly options?: readonly (string | undefined)[] };
  if (options !== undefined) {
    // `undefined` is an option where the kind has a default.
    const names = options.filter((name) => name !== undefined).map(String);
    const got = valueAt(value, path);
    return [
      {
        path: pathText(path),
        text: `expected one of ${names.join(', ')}, got ${shown(got)}${hintFor(got, names)}`,
      },
    ];
  }
  const entered = errors.find((issues) =>
    issues.every(({ code, path: inner }) => inner.length > 0 || code === 'unrecognized_keys'),
  );
  if (entered === undefined) {
    const got = valueAt(value, path);
    const names = errors.flat().flatMap((inner) => (isName(inner) ? inner.values.map(String) : []));
    const text = `expected ${message}, got ${shown(got)}${hintFor(got, names)}`;
    return [{ path: pathText(path), text }];
  }
  const nested = entered.map((inner) => ({ ...inner, path: [...path, ...inner.path] }));
  return faultsOf(nested, value);
}

/** Whether an alternative of a union is one of some names. */
const isName = (issue: Issue): issue is Extract<Issue, { code: 'invalid_value' }> =>
  issue.code === 'invalid_value' && issue.path.length === 0;

function faultOf({ path, message, ...issue }: Issue, value: unknown): Fault {
  const got = valueAt(value, path);
  const names = issue.code === 'invalid_value' ? issue.values.map(String) : [];
  return {
    path: pathText(path),
    text: `expected ${message}, got ${shown(got)}${hintFor(got, names)}`,
  };
}

/** The nearest of some names for an error message; empty if there is none. */
export function hintFor(got: unknown, names: readonly string[]): string {
  return typeof got === 'string' ? hint(nearestName(got, names)) : '';
}

function hint(nearest: string | undefined): string {
  return nearest === undefined ? '' : `; did you mean '${nearest}'?`;
}

function valueAt(value: unknown, path: Path): unknown {
  return path.reduce<unknown>(
    (inner, key) => (inner as Readonly<Record<PropertyKey, unknown>> | undefined)?.[key],
    value,
  );
}
