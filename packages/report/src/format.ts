/** A fraction as percent without the sign: 0.797 → `79.7`. */
export function percent(fraction: number): string {
  return (100 * fraction).toFixed(1);
}

/** A duration in its two largest units: 4210 s → `1 h 10 min`. */
export function duration(seconds: number): string {
  if (seconds < 10) return `${seconds.toFixed(1)} s`;
  const whole = Math.round(seconds);
  if (whole < 60) return `${whole} s`;
  if (whole < 3600) return `${Math.floor(whole / 60)} min ${whole % 60} s`;
  const minutes = Math.round(whole / 60);
  return `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}

/** Text escaped for HTML elements and quoted attributes. */
export function escapeHtml(text: string): string {
  const entities: Readonly<Record<string, string>> = {
    '&': '&amp;',
    '<': '&lt;',
    '>': '&gt;',
    '"': '&quot;',
    "'": '&#39;',
  };
  return printable(text).replace(/[&<>"']/g, (character) => entities[character] ?? '');
}

/** Text escaped for Markdown, also inside tables. */
export function escapeMarkdown(text: string): string {
  return printable(text)
    .replace(/[\\`*_[\]<>|~]/g, (character) => `\\${character}`)
    .replace(/&/g, '&amp;');
}

/** Text on one line without control characters, which a terminal could execute. */
export function printable(text: string): string {
  return text.replace(/\s+/g, ' ').replace(/\p{Cc}/gu, '\u{fffd}');
}

/** The link if it is safe in an `href`; undefined for a scheme that could run code. */
export function safeLink(href: string): string | undefined {
  const scheme = /^\s*([a-z][a-z0-9+.-]*):/i.exec(href)?.[1]?.toLowerCase();
  const safe = scheme === undefined || scheme === 'http' || scheme === 'https';
  return safe && !/\p{Cc}/u.test(href) ? href.trim() : undefined;
}
