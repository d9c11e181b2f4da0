/** Filmstrips, one below the other, in one SVG. */
export function stacked(strips: readonly string[]): string {
  const [first = ''] = strips;
  if (strips.length === 1) return first;
  const sizes = strips.map((strip) => {
    const [width = 0, height = 0] = ['width', 'height'].map((side) =>
      Number(new RegExp(`<svg[^>]* ${side}="([\\d.]+)"`).exec(strip)?.[1]),
    );
    return { width, height };
  });
  const width = Math.max(...sizes.map((size) => size.width));
  let top = 0;
  const placed = strips.map((strip, i) => {
    const at = top;
    top += sizes[i]?.height ?? 0;
    return strip.slice(strip.indexOf('<svg')).replace('<svg', `<svg y="${at}"`);
  });
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${top}" viewBox="0 0 ${width} ${top}">${placed.join('')}</svg>\n`;
}
