/** A row of a table of docs/performance.md: our time and PyTorch's. */
export interface SpeedRow {
  /** What was timed: `BiGRU 3 × 1024, HaLP step`. */
  readonly label: string;
  /** Milliseconds here. */
  readonly here: number;
  /** Milliseconds of PyTorch. */
  readonly pytorch: number;
  /** PyTorch's time divided by ours, as the table says. */
  readonly ratio: number;
}

const [WIDTH, LEFT, RIGHT, TOP, STEP] = [740, 268, 680, 40, 26];

/** The rows of the tables with PyTorch in the sections "The training step" and "ST-GCN" of docs/performance.md. */
export function speedRows(page: string): SpeedRow[] {
  const bigru = rowsOf(page, 'The training step').map(([units, objective, ...numbers]) =>
    speedRow(`BiGRU ${units}, ${objective} step`, numbers),
  );
  const stgcn = rowsOf(page, 'ST-GCN')
    .filter(([, pass = '']) => pass === 'training step' || pass === 'inference')
    .map(([width, pass, ...numbers]) => speedRow(`ST-GCN ${width}, ${pass}`, numbers));
  return [...bigru, ...stgcn];
}

/** A bar for each row, its length the ratio, as the text of an SVG. */
export function speedPicture(rows: readonly SpeedRow[]): string {
  const end = Math.ceil(Math.max(...rows.map(({ ratio }) => ratio)) * 2) / 2;
  const x = (ratio: number): string => (LEFT + ((RIGHT - LEFT) * ratio) / end).toFixed(1);
  const height = TOP + STEP * rows.length + 12;
  const bars = rows.map(({ label, ratio }, i) => {
    const y = TOP + STEP * i;
    const kind = ratio < 1 ? 'slower' : 'faster';
    return (
      `<text x="${LEFT - 10}" y="${y + 15}" text-anchor="end">${label}</text>` +
      `<rect class="${kind}" x="${LEFT}" y="${y + 2}" width="${(Number(x(ratio)) - LEFT).toFixed(1)}" height="18" rx="3"/>` +
      `<text class="number" x="${x(ratio)}" y="${y + 15}" dx="6">${ratio.toFixed(2)}</text>`
    );
  });
  const title = 'PyTorch’s time divided by ours';
  const description = rows.map(({ label, ratio }) => `${label}: ${ratio.toFixed(2)}`).join('; ');
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" width="${WIDTH}" height="${height}" role="img" aria-labelledby="t d">
<title id="t">${title}</title><desc id="d">${description}</desc>
<style>svg{--card:#fff;--text:#1d2530;--muted:#5f6b7a;--faster:#1c66ab;--slower:#b4502c}@media(prefers-color-scheme:dark){svg{--card:#171c22;--text:#e7eaee;--muted:#9aa5b3;--faster:#4f97d6;--slower:#d9805c}}text{font:13px system-ui,-apple-system,'Segoe UI',sans-serif;fill:var(--text)}.muted{fill:var(--muted)}.number{font-weight:600}.faster{fill:var(--faster)}.slower{fill:var(--slower)}path{stroke:var(--text);stroke-dasharray:4 3;fill:none}</style>
<rect width="${WIDTH}" height="${height}" rx="8" fill="var(--card)"/>
<text class="muted" x="${LEFT}" y="22">${title}; dashed: equal</text>
${bars.join('\n')}
<path d="M${x(1)} ${TOP - 6}V${height - 8}"/>
</svg>
`;
}

function speedRow(label: string, numbers: readonly string[]): SpeedRow {
  const [here, pytorch, ratio] = numbers.map((text) => Number(text.replaceAll(',', '')));
  if (![here, pytorch, ratio].every((number) => Number.isFinite(number))) {
    throw new Error(`${label}: expected numbers, got ${numbers.slice(0, 3).join(', ')}`);
  }
  return { label, here: here as number, pytorch: pytorch as number, ratio: ratio as number };
}

/** The cells of the first table in a section that compares with PyTorch, without its head. */
function rowsOf(page: string, section: string): string[][] {
  const text = page.split(/^## /m).find((part) => part.startsWith(`${section}\n`)) ?? '';
  const lines = text.split('\n');
  const head = lines.findIndex((line) => line.startsWith('|') && line.includes('PyTorch 2.13'));
  if (head < 0) throw new Error(`expected a table with PyTorch in '${section}', got none`);
  const rows = lines.slice(head + 2);
  const length = rows.findIndex((line) => !line.startsWith('|'));
  return rows.slice(0, length).map((line) =>
    line
      .split('|')
      .slice(1, -1)
      .map((cell) => cell.trim()),
  );
}
