import { expectObject } from '@halp/random/check';
import { escapeMarkdown, safeLink } from '../format.ts';
import { gridsOf } from './grids.ts';
import type { Grid, GridHead, GridPlace, Table } from './table.ts';

/**
 * The table in GitHub's Markdown, with its notes below; accuracies in percent.
 *
 * Every name is escaped, so that no text can break the table or add markup.
 */
export function tableToMarkdown(table: Table): string {
  expectObject('tableToMarkdown', table, 'a table');
  return gridsOf(table).map(gridMarkdown).join('\n');
}

function gridMarkdown({ title, unit, rowHead, heads, rows, notes, remarks }: Grid): string {
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
  return [
    `**${escapeMarkdown(title)}** (${unit})`,
    '',
    line([escapeMarkdown(rowHead), ...heads.map(headText)]),
    line(['---', ...heads.map(() => '---:')]),
    ...rows.map(({ name, places }) => line([escapeMarkdown(name), ...places.map(placeText)])),
    ...notes.map((note, i) => `\n${noteMark(i + 1)} ${escapeMarkdown(note)}`),
    ...remarks.map((remark) => `\n${escapeMarkdown(remark)}`),
    '',
  ].join('\n');
}

function headText({ name, part, reduced }: GridHead): string {
  const label = reduced === undefined ? '' : ` (reduced: ${escapeMarkdown(reduced)})`;
  return escapeMarkdown(name) + (part === undefined ? '' : `, ${part}`) + label;
}

function placeText({ text, detail, mark, links }: GridPlace): string {
  const runs = links
    .map(safeLink)
    .map((href, i) =>
      href === undefined ? '' : ` [run ${i + 1}](<${href.replace(/[<>|]/g, encodeURIComponent)}>)`,
    );
  return [
    text,
    detail === undefined ? '' : ` (${detail})`,
    ...runs,
    mark === undefined ? '' : ` ${noteMark(mark)}`,
  ].join('');
}

function noteMark(mark: number): string {
  return `\\[${mark}\\]`;
}
