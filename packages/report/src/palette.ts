/** A colour for light pages, with its counterpart for dark pages. */
export interface Colour {
  /** The colour in an SVG. */
  readonly light: string;
  /** Its replacement by the style sheet of a page in dark mode. */
  readonly dark: string;
}

/**
 * Colours of lines, distinguishable with every common colour vision deficiency (Okabe and Ito, 2008);
 * the dark ones have the same hues, lighter.
 */
export const seriesColours: readonly Colour[] = [
  { light: '#0072b2', dark: '#5ab4f0' },
  { light: '#d55e00', dark: '#ff9352' },
  { light: '#009e73', dark: '#3fd0a4' },
  { light: '#b0568f', dark: '#e89fc9' },
  { light: '#8a6d00', dark: '#e8c547' },
  { light: '#4d4d4d', dark: '#c4c8cc' },
];

/** Colours of axes, text and background. */
export const chartColours: Readonly<Record<'text' | 'muted' | 'grid' | 'cell' | 'onCell', Colour>> =
  {
    text: { light: '#1d2530', dark: '#e7eaee' },
    muted: { light: '#5f6b7a', dark: '#9aa5b3' },
    grid: { light: '#e4e8ed', dark: '#2b323b' },
    /** A full cell of a matrix; dark enough for light text in dark mode. */
    cell: { light: '#0071b1', dark: '#1f6fb0' },
    /** Text on it. */
    onCell: { light: '#fffffe', dark: '#f2f5f8' },
  };

/** Style of a line. */
export interface LineStyle {
  /** Its colour. */
  readonly colour: Colour;
  /** Lengths of strokes and gaps; empty for a solid line. */
  readonly dash: readonly number[];
}

/** The style of line number `index`, from 0: six colours, then the same colours dashed, then dotted. */
export function lineStyle(index: number): LineStyle {
  const colour = seriesColours[index % seriesColours.length] ?? chartColours.muted;
  const dashes = [[], [6, 3], [2, 2]];
  return { colour, dash: dashes[Math.floor(index / seriesColours.length) % dashes.length] ?? [] };
}

/**
 * Style rules that give the colours of an SVG inside `.chart` their dark counterparts.
 *
 * An attribute selector overrides the attribute of the SVG, so the same SVG also works without a page.
 */
export function darkRules(): string {
  return [...seriesColours, ...Object.values(chartColours)]
    .flatMap(({ light, dark }) => [
      `.chart [fill="${light}"]{fill:${dark}}`,
      `.chart [stroke="${light}"]{stroke:${dark}}`,
    ])
    .join('\n');
}
