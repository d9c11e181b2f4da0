/** What the README of a package says of browsers. */
export interface BrowserFacts {
  /** The bytes of its main entry, minified and compressed; undefined if it needs Node. */
  readonly size?: { readonly minified: number; readonly gzipped: number };
  /** Whether TensorFlow.js comes on top of that. */
  readonly usesTensorFlow: boolean;
  /** The further entries that need Node. */
  readonly needNode: readonly string[];
}

/** By how much a size may differ from what is written: 5 %, or what rounding hides. */
const TOLERANCE = 0.05;
const ROUNDING = 300;

const LINE = /^(In a browser: |For Node, not for browsers)[^\n]*$/m;
const SIZES = /^In a browser: ([\d.]+) kB gzipped, ([\d.]+) kB minified/;
/** The first block of shell, which installs the package. */
const INSTALLATION = /^```sh\n[^]*?\n```\n/m;

/** The line for a README. */
export function browserLine({ size, usesTensorFlow, needNode }: BrowserFacts): string {
  if (size === undefined) return 'For Node, not for browsers.';
  const rest = usesTensorFlow ? ', without TensorFlow.js' : '';
  const entries = needNode.map((entry) => `\`${entry}\``).join(', ');
  const node =
    needNode.length === 0 ? '' : `; ${entries} ${needNode.length === 1 ? 'needs' : 'need'} Node`;
  return `In a browser: ${kB(size.gzipped)} gzipped, ${kB(size.minified)} minified${rest}${node}.`;
}

/** What is wrong with the line of a README; undefined if it is true. */
export function problemOfLine(readme: string, facts: BrowserFacts): string | undefined {
  const line = LINE.exec(readme)?.[0];
  const wanted = browserLine(facts);
  if (line === undefined) return `expected the line "${wanted}"`;
  if (line.replace(SIZES, '') !== wanted.replace(SIZES, '') || !isNear(line, facts)) {
    return `expected "${wanted}", got "${line}"`;
  }
  return undefined;
}

/** A README with a true line, behind its first block of shell if it had none. */
export function withLine(readme: string, facts: BrowserFacts): string {
  if (problemOfLine(readme, facts) === undefined) return readme;
  const line = browserLine(facts);
  return LINE.test(readme)
    ? readme.replace(LINE, line)
    : readme.replace(INSTALLATION, (block) => `${block}\n${line}\n`);
}

function isNear(line: string, { size }: BrowserFacts): boolean {
  const said = SIZES.exec(line);
  if (said === null || size === undefined) return said === null && size === undefined;
  return [size.gzipped, size.minified].every(
    (bytes, i) =>
      Math.abs(Number(said[i + 1]) * 1000 - bytes) <= Math.max(TOLERANCE * bytes, ROUNDING),
  );
}

function kB(bytes: number): string {
  const size = bytes / 1000;
  return `${size < 10 ? size.toFixed(1) : size.toFixed(0)} kB`;
}
