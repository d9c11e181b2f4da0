/** The reason why an `import()` failed, in one line: the message and, for a syntax error, its place from the stack. */
export function importFailure(error: unknown): string {
  const message = (error instanceof Error ? error.message : String(error))
    .replaceAll(/\s+/g, ' ')
    .replace(/ Require stack: .*/, '')
    .trim();
  const [place = ''] = error instanceof SyntaxError ? (error.stack ?? '').split('\n') : [];
  return /^\S+:\d+$/.test(place) ? `${message} (${place})` : message;
}

/** What the user can do about {@link importFailure}: install a missing package, or correct the module. */
export function importAdvice(error: unknown): string {
  const { code, message } = (error ?? {}) as {
    readonly code?: unknown;
    readonly message?: unknown;
  };
  if (code !== 'ERR_MODULE_NOT_FOUND' && code !== 'MODULE_NOT_FOUND') return 'correct the module';
  const [, name] = /^Cannot find (?:package|module) '([^']+)'/.exec(String(message)) ?? [];
  if (name === undefined || /^([./\\]|[a-z]+:)/i.test(name)) return 'correct the module';
  return `install ${name} where the module is, or move the module to where it is installed, such as a clone of halp`;
}
