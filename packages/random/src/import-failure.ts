/** Why an `import()` failed, in one line: the loader's message, and the place of a syntax error, which only the stack has. */
export function importFailure(error: unknown): string {
  const message = (error instanceof Error ? error.message : String(error))
    .replaceAll(/\s+/g, ' ')
    .trim();
  const [place = ''] = error instanceof SyntaxError ? (error.stack ?? '').split('\n') : [];
  return /^\S+:\d+$/.test(place) ? `${message} (${place})` : message;
}
