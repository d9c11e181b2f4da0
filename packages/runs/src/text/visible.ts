/**
 * A text that is safe to print on a terminal: control characters other than line feed and tab, and characters that change
 * the text direction, are written as escapes such as `\x1b` and `\u202e`.
 *
 * Names of classes, clips, recipes and files come from any source; printed unchanged they could clear the screen, change
 * its title, or overwrite earlier lines.
 */
export function visible(text: string): string {
  return text.replaceAll(/[^\P{Cc}\n\t]|[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/gu, escaped);
}

/** A text as one field of one line: as {@link visible}, with line feeds, tabs and line separators escaped too. */
export function oneField(text: string): string {
  return visible(text).replaceAll(/[\n\t\u2028\u2029]/g, escaped);
}

/**
 * The message of an error on one line: a line feed, which a name in it may have, is written as an escape. Those of a list of
 * faults, each line with `: expected `, as `checkRecipe` reports them, are kept.
 */
export function oneError(message: string): string {
  return message.replaceAll(/\n(?!.*: expected )/g, escaped);
}

function escaped(character: string): string {
  switch (character) {
    case '\n':
      return String.raw`\n`;
    case '\t':
      return String.raw`\t`;
    default: {
      const code = character.charCodeAt(0).toString(16);
      return code.length <= 2 ? `\\x${code.padStart(2, '0')}` : `\\u${code.padStart(4, '0')}`;
    }
  }
}
