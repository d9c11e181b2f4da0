import { expectObject } from '@halp/random/check';
import { printable } from '../format.ts';
import { gridsOf } from './grids.ts';
import type { Grid, GridHead, Table } from './table.ts';

/** The table in aligned columns for a terminal, with its notes below; accuracies in percent. */
export function tableToText(table: Table): string {
  expectObject('tableToText', table, 'a table');
  return gridsOf(table).map(gridText).join('\n\n');
}

function gridText({ title, unit, rowHead, heads, rows, notes, remarks }: Grid): string {
  const lines = [
    [rowHead, ...heads.map(({ name }) => name)],
    ...(heads.some(({ part }) => part) ? [['', ...heads.map(({ part }) => part ?? '')]] : []),
    ...(heads.some(({ reduced }) => reduced)
      ? [['', ...heads.map(({ reduced }) => (reduced === undefined ? '' : 'reduced'))]]
      : []),
    ...rows.map(({ name, places }) => [
      name,
      ...places.map(
        ({ text, detail, mark }) =>
          text +
          (detail === undefined ? '' : ` (${detail})`) +
          (mark === undefined ? '' : ` [${mark}]`),
      ),
    ]),
  ].map((line) => line.map(printable));
  const headLines = lines.length - rows.length;
  const widths = ['', ...heads].map((_, column) =>
    Math.max(...lines.map((line) => width(line[column] ?? ''))),
  );
  const aligned = lines.map((line) =>
    line
      .map((cell, column) => pad(cell, widths[column] ?? 0, column > 0))
      .join('   ')
      .trimEnd(),
  );
  const rule = '─'.repeat(widths.reduce((sum, size) => sum + size + 3, -3));
  return [
    `${printable(title)} (${unit})`,
    '',
    ...aligned.slice(0, headLines),
    rule,
    ...aligned.slice(headLines),
    '',
    ...notes.map((note, i) => `[${i + 1}] ${printable(note)}`),
    ...remarks.map(printable),
    ...reductions(heads).map(printable),
  ].join('\n');
}

/** The labels of reduced columns, which are too long for their heads. */
function reductions(heads: readonly GridHead[]): string[] {
  const columns = new Map<string, string[]>();
  for (const { name, reduced } of heads) {
    if (reduced !== undefined) columns.set(reduced, [...(columns.get(reduced) ?? []), name]);
  }
  return [...columns].map(([reduced, names]) => `${names.join(', ')}: reduced: ${reduced}`);
}

function width(text: string): number {
  return [...text].length;
}

function pad(text: string, size: number, right: boolean): string {
  const space = ' '.repeat(size - width(text));
  return right ? space + text : text + space;
}
