/** The most that a package may cost whoever uses it. */
export interface Budget {
  /** Its main entry for browsers, minified and compressed by gzip, without TensorFlow.js: kB; null if it needs Node. */
  readonly browserKB: number | null;
  /** The processor time of importing all its entries in Node, in units of that of importing `@tensorflow/tfjs-core`. */
  readonly importRatio: number;
  /** What it installs, in MB. */
  readonly installMB: number;
  /** How many packages it installs, itself among them. */
  readonly installPackages: number;
}

/** The budget of each package, by its name. */
export type Budgets = Readonly<Record<string, Budget>>;

const UNITS: Readonly<Record<keyof Budget, string>> = {
  browserKB: 'kB in a browser',
  importRatio: '× the import of @tensorflow/tfjs-core',
  installMB: 'MB installed',
  installPackages: 'packages installed',
};

/** What a measured package exceeds; a line each. */
export function excesses(name: string, measured: Budget, budget: Budget | undefined): string[] {
  if (budget === undefined)
    return [`${name}: expected a budget, got none; npm run budgets -- --write`];
  return (Object.keys(UNITS) as (keyof Budget)[]).flatMap((key) => {
    const [value, most] = [measured[key], budget[key]];
    if (value === null && most === null) return [];
    if (value !== null && most !== null && value <= most) return [];
    return [
      `${name}: expected at most ${most ?? 'no'} ${UNITS[key]}, got ${value?.toFixed(2) ?? 'none'}`,
    ];
  });
}

/** A budget with room for small changes: a tenth more bytes, twice the time, the same packages. */
export function budgetFor({ browserKB, importRatio, installMB, installPackages }: Budget): Budget {
  return {
    browserKB: browserKB === null ? null : roundUp(1.1 * browserKB),
    importRatio: roundUp(Math.max(0.3, 2 * importRatio)),
    installMB: roundUp(1.1 * installMB),
    installPackages,
  };
}

/** Two digits, such as 0.36, 3.6 or 36. */
function roundUp(value: number): number {
  const unit = 10 ** (Math.floor(Math.log10(value)) - 1);
  return Number((Math.ceil(value / unit) * unit).toPrecision(2));
}

const TABLE = /(<!-- sizes, by npm run budgets -->\n)[^]*?(<!-- end of sizes -->)/;

/** A README with the table of budgets, between its two marks. */
export function withSizes(readme: string, budgets: Budgets): string {
  const rows = Object.entries(budgets).map(([name, budget]) => {
    const { browserKB, importRatio, installMB, installPackages } = budget;
    const browser = browserKB === null ? 'for Node' : `${browserKB} kB`;
    return [`\`${name}\``, browser, `${installMB} MB, ${installPackages}`, `${importRatio}`];
  });
  const head = ['package', 'in a browser', 'MB and packages installed', 'import'];
  const widths = head.map((text, i) =>
    Math.max(...[head, ...rows].map((row) => (row[i] as string).length), text.length),
  );
  const line = (cells: readonly string[]): string =>
    `| ${cells.map((text, i) => (i === 0 ? text.padEnd(widths[i] as number) : text.padStart(widths[i] as number))).join(' | ')} |\n`;
  const rule = widths.map((width, i) =>
    i === 0 ? '-'.repeat(width) : `${'-'.repeat(width - 1)}:`,
  );
  const table = [head, rule, ...rows].map(line).join('');
  return readme.replace(TABLE, (_, open: string, close: string) => `${open}\n${table}\n${close}`);
}
