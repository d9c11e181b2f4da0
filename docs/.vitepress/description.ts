/**
 * The first paragraph below the title of a page as plain text, for search engines and shared links; undefined if there is
 * none. Links become their text; it ends with the last whole sentence within 200 characters.
 */
export function descriptionOf(markdown: string): string | undefined {
  const [, body = ''] = /^# .*\n([\s\S]*)/m.exec(markdown) ?? [];
  const paragraph = body
    .split(/\n\s*\n/)
    .map((text) => text.trim())
    .find((text) => /^(?!```)[\p{L}_*`[]/u.test(text));
  if (paragraph === undefined) return undefined;
  const plain = paragraph
    .replaceAll(/!?\[([^\]]*)\]\([^)]*\)/g, '$1')
    .replaceAll(/[*`]|\b_|_\b/g, '')
    // VitePress does not escape straight quotes.
    .replaceAll(/"([^"]*)"?/g, '“$1”')
    .replaceAll(/\s+/g, ' ')
    .trim();
  return shortened(plain);
}

function shortened(text: string): string {
  if (text.length <= 200) return text;
  const cut = text.slice(0, 200);
  const end = cut.lastIndexOf('. ');
  return end > 60 ? cut.slice(0, end + 1) : `${cut.slice(0, cut.lastIndexOf(' '))} …`;
}
