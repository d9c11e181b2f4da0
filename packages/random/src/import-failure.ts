/** The reason why an `import()` failed, in one line: the message and, for a syntax error, its place from the stack. */
export function importFailure(error: unknown): string {
  const message = (error instanceof Error ? error.message : String(error))
    .replaceAll(/\s+/g, ' ')
    .trim();
  const [place = ''] = error instanceof SyntaxError ? (error.stack ?? '').split('\n') : [];
  return /^\S+:\d+$/.test(place) ? `${message} (${place})` : message;
}
