const blank = '[ \\t\\n\\r]*';
const string = String.raw`"(?:[^"\\\u0000-\u001f]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*"`;
const number = String.raw`-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?`;
const token = (pattern: string): RegExp => new RegExp(`(?:${pattern})${blank}`, 'y');
/**
 * The index at which a text stops being JSON (RFC 8259): of the first token that is invalid there, or the text's length if
 * it ends too early; undefined for valid JSON.
 *
 * JSON.parse reports it only in some cases, and differently in each version of each engine.
 */
export function jsonErrorOffset(text: string): number | undefined {
  const space = token('');
  const scalar = token(`${string}|${number}|true|false|null`);
  const key = token(`${string}${blank}:`);
  const [comma, opening] = [token(','), token('[[{]')];
  const closing = { '[': token(']'), '{': token('}') };
  const open: ('[' | '{')[] = [];
  let at = 0;
  const take = (pattern: RegExp): boolean => {
    pattern.lastIndex = at;
    if (!pattern.test(text)) return false;
    at = pattern.lastIndex;
    return true;
  };
  /** After a value: commas and closing brackets. True if another value has to follow; undefined at an error. */
  const more = (): boolean | undefined => {
    for (;;) {
      const inside = open.at(-1);
      if (inside === undefined) return false;
      if (take(comma)) return inside === '[' || take(key) ? true : undefined;
      if (!take(closing[inside])) return undefined;
      open.pop();
    }
  };
  take(space);
  for (;;) {
    const bracket = text[at];
    let next: boolean | undefined;
    if (bracket === '[' || bracket === '{') {
      take(opening);
      open.push(bracket);
      if (text[at] === (bracket === '[' ? ']' : '}')) next = more();
      else next = bracket === '[' || take(key) ? true : undefined;
    } else {
      next = take(scalar) ? more() : undefined;
    }
    if (next === undefined) return at;
    if (!next) return at === text.length ? undefined : at;
  }
}
