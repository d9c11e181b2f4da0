/** What a value of a link can be. */
export type LinkField =
  | {
      readonly kind: 'number';
      readonly least: number;
      readonly most: number;
      readonly step: number;
    }
  | { readonly kind: 'choice'; readonly of: readonly string[] }
  /** Throws an error if the text is not valid. */
  | { readonly kind: 'text'; readonly check: (text: string) => void };

/** The values of a page's controls by name, as a form has them. */
export type LinkValues = Readonly<Record<string, string>>;

/** What a link holds. */
export interface LinkState {
  /** The valid values. */
  readonly values: LinkValues;
  /** One text for each value that is invalid or unknown. */
  readonly problems: readonly string[];
}

/** Largest length of a link's fragment, in characters. */
const MOST_CHARACTERS = 20_000;

/** Values as the fragment of a link, without `#`. */
export function formatLink(values: LinkValues): string {
  return new URLSearchParams(values).toString();
}

/**
 * The values in the fragment of a link, with or without `#`. Each value is checked alone, so that one that is broken or
 * comes from an older page does not invalidate the others. A fragment without `=` is an anchor and holds no values.
 */
export function parseLink(
  fragment: string,
  fields: Readonly<Record<string, LinkField>>,
): LinkState {
  const text = fragment.replace(/^#/, '');
  if (!text.includes('=')) return { values: {}, problems: [] };
  if (text.length > MOST_CHARACTERS) {
    const problem = `expected at most ${MOST_CHARACTERS} characters, got ${text.length}`;
    return { values: {}, problems: [problem] };
  }
  const values: Record<string, string> = {};
  const problems: string[] = [];
  for (const [name, value] of new URLSearchParams(text)) {
    const field = Object.hasOwn(fields, name) ? fields[name] : undefined;
    const problem = field === undefined ? 'unknown' : problemOf(value, field);
    if (problem === undefined) values[name] = value;
    else problems.push(`${shortened(name)}: ${problem}`);
  }
  return { values, problems };
}

/** One line for the user about a link's problems; empty without problems. */
export function problemText(problems: readonly string[]): string {
  if (problems.length === 0) return '';
  const shown = problems.slice(0, 3).join('; ');
  const more = problems.length > 3 ? `; and ${problems.length - 3} more` : '';
  return `Some values of this link are not valid (${shown}${more}). This page uses its default values for them.`;
}

function problemOf(value: string, field: LinkField): string | undefined {
  switch (field.kind) {
    case 'number': {
      const { least, most, step } = field;
      const number = /^-?\d+(\.\d+)?$/.test(value) ? Number(value) : NaN;
      const steps = (number - least) / step;
      const isValid =
        number >= least && number <= most && Math.abs(steps - Math.round(steps)) < 1e-6;
      if (isValid) return undefined;
      return `expected a number from ${least} to ${most} in steps of ${step}, got '${shortened(value)}'`;
    }
    case 'choice':
      if (field.of.includes(value)) return undefined;
      return `expected ${field.of.join(', ')}, got '${shortened(value)}'`;
    case 'text':
      try {
        field.check(value);
        return undefined;
      } catch (error) {
        return error instanceof Error ? error.message : String(error);
      }
  }
}

function shortened(text: string): string {
  return text.length > 40 ? `${text.slice(0, 40)}…` : text;
}
