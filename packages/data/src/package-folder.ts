/** The folder of this package: the parent of `src`, and of `dist`, whose built files lie in one level. */
export const packageFolder: URL = new URL('..', import.meta.url);
