/** The folder of this package: the parent of `src`, and of `dist` once it is built into one level of files. */
export const packageFolder: URL = new URL('..', import.meta.url);
