const LONGEST = 80;

/** A value from a file, as JSON that is short enough for an error message. */
export function excerpt(value: unknown): string {
  const text = jsonOf(value);
  return text.length > LONGEST ? `${text.slice(0, LONGEST)}…` : text;
}

function jsonOf(value: unknown): string {
  try {
    return JSON.stringify(value) ?? 'nothing';
  } catch {
    // Nesting that JSON.parse accepts can be too deep for JSON.stringify, which recurses.
    return 'something nested too deeply';
  }
}
