import { parse, View } from 'vega';
import type { TopLevelSpec } from 'vega-lite';
import { compile } from 'vega-lite';
import { chartColours } from '../palette.ts';

const { text, muted, grid } = chartColours;

const config = {
  background: 'transparent',
  font: 'system-ui, sans-serif',
  view: { stroke: null },
  axis: {
    domain: false,
    ticks: false,
    gridColor: grid.light,
    labelColor: muted.light,
    labelFontSize: 11,
    labelPadding: 6,
    titleColor: muted.light,
    titleFontSize: 11,
    titleFontWeight: 'normal',
    titlePadding: 8,
  },
  legend: { labelColor: text.light, labelFontSize: 11, orient: 'top', title: null },
  title: { color: text.light, fontSize: 13, fontWeight: 'normal', anchor: 'start', offset: 12 },
} as const satisfies TopLevelSpec['config'];

/** A chart as the text of one SVG element; rendered without browser or canvas. */
export async function renderChart(spec: TopLevelSpec): Promise<string> {
  const view = new View(parse(compile({ ...spec, config }).spec), { renderer: 'none' });
  try {
    return await view.toSVG();
  } finally {
    view.finalize();
  }
}

/**
 * The SVG for use in a page: as wide as its container and with unique ids, since Vega numbers the
 * clip paths of every chart from 1.
 *
 * @param id - distinguishes the charts of a page.
 */
export function inlineChart(svg: string, id: string): string {
  return svg
    .replace(/ xmlns(:xlink)?="[^"]*"/g, '')
    .replace(/^<svg ([^>]*?)width="\d+" height="\d+"/, '<svg $1width="100%"')
    .replace(/(\bid="|url\(#)/g, `$1${id}-`);
}

/**
 * A Vega expression for the text at index `datum.value`. It is pure ASCII, so that no text can end the literal. Each text
 * has a leading letter that the expression removes, since Vega misreads literals such as 'constructor'.
 */
export function textAt(texts: readonly string[]): string {
  const literal = JSON.stringify(texts.map((text) => `_${text}`)).replace(
    /[^\x20-\x7e]/g,
    (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
  return `slice(${literal}[datum.value], 1)`;
}
