import { FormatError } from '@halp/files';
import type { EpochReport } from '../fit/fit.ts';
import { isRecord, parseJson } from './json.ts';

/** A log as JSON Lines, one line per epoch. A metric that is not finite is written as null. */
export function formatLog(log: readonly EpochReport[]): string {
  return log.map((report) => `${JSON.stringify(report)}\n`).join('');
}

/**
 * The epochs of a log, in order.
 *
 * An incomplete last line is ignored: its process was killed while writing it.
 *
 * @param path - The file's name, for error messages.
 * @throws FormatError if another line is not a report, or the epochs do not ascend; the message names the line.
 */
export function parseLog(text: string, path: string): EpochReport[] {
  const lines = text.split('\n');
  const last = lines.pop() ?? '';
  if (isJson(last)) lines.push(last);
  let before = -1;
  return lines.map((line, index) => {
    const place = `line ${index + 1}: `;
    const report = parseJson(line, path, place);
    if (!isReport(report) || report.epoch <= before) {
      throw new FormatError(path, `${place}expected the report of an epoch after ${before}`);
    }
    before = report.epoch;
    return { ...report, metrics: withNaN(report.metrics) };
  });
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

function isReport(value: unknown): value is EpochReport {
  return (
    isRecord(value) &&
    ['epoch', 'step', 'samples'].every((name) => Number.isSafeInteger(value[name])) &&
    ['learningRate', 'seconds', 'clipsPerSecond'].every((name) => Number.isFinite(value[name])) &&
    isRecord(value['losses']) &&
    Object.values(value['losses']).every(Number.isFinite) &&
    isRecord(value['metrics'])
  );
}

/** JSON has no NaN: null is read as NaN, not as 0. */
function withNaN(metrics: Readonly<Record<string, number | null>>): Record<string, number> {
  return Object.fromEntries(Object.entries(metrics).map(([name, value]) => [name, value ?? NaN]));
}
