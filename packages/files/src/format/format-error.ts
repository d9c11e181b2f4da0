/** The error for a file with unexpected contents: names the file, the position in it, and what was expected. */
export class FormatError extends Error {
  /** The file, as the caller named it. */
  readonly path: string;
  /** The byte at which reading failed, if known. */
  readonly offset?: number;

  /**
   * @param path - The file, as the caller named it.
   * @param problem - What was expected and what was found, without the path.
   * @param offset - The byte at which reading failed.
   */
  constructor(path: string, problem: string, offset?: number) {
    // A path may have any character; the message stays one line. Plain JavaScript may leave the path out.
    const name = String(path).replaceAll(/[\n\r]/g, (end) => JSON.stringify(end).slice(1, -1));
    super(`${name}${offset === undefined ? '' : ` (byte ${offset})`}: ${problem}`);
    this.name = 'FormatError';
    this.path = path;
    if (offset !== undefined) this.offset = offset;
  }
}
