import { expectObject } from '@halp/random/check';
import { escapeHtml, safeLink } from '../format.ts';
import { gridsOf } from './grids.ts';
import type { Grid, GridHead, GridPlace, Table } from './table.ts';

/**
 * The table as one HTML `<figure>`, with its notes below; accuracies in percent.
 *
 * A cell with a value has a bar of that length behind it. Everything is escaped; a link whose scheme
 * could run code is omitted.
 */
export function tableToHtml(table: Table): string {
  expectObject('tableToHtml', table, 'a table');
  return gridsOf(table).map(gridHtml).join('\n');
}

function gridHtml(grid: Grid): string {
  const head = [
    `<th scope="col">${escapeHtml(grid.rowHead)}</th>`,
    ...grid.heads.map((column) => `<th scope="col">${headHtml(column)}</th>`),
  ];
  const rows = grid.rows.map(
    ({ name, places }) =>
      `<tr><th scope="row">${escapeHtml(name)}</th>${places.map(placeHtml).join('')}</tr>`,
  );
  return [
    '<figure class="table">',
    `<figcaption>${escapeHtml(grid.title)}, ${grid.unit}</figcaption>`,
    `<div class="scroll" tabindex="0" role="region" aria-label="${escapeHtml(grid.title)}"><table>`,
    `<thead><tr>${head.join('')}</tr></thead>`,
    `<tbody>${rows.join('\n')}</tbody>`,
    '</table></div>',
    notesHtml(grid),
    ...grid.remarks.map((remark) => `<p class="remark">${escapeHtml(remark)}</p>`),
    '</figure>',
  ].join('\n');
}

function headHtml({ name, part, reduced }: GridHead): string {
  return [
    escapeHtml(name),
    part === undefined ? '' : ` <small>${part}</small>`,
    reduced === undefined ? '' : ` <small class="reduced">reduced: ${escapeHtml(reduced)}</small>`,
  ].join('');
}

function placeHtml({ text, detail, value, mark, links }: GridPlace): string {
  if (text === '–') return `<td class="empty">${text}${markHtml(mark)}</td>`;
  const small = [detail, ...links.map(linkHtml)].filter(
    (part) => part !== undefined && part !== '',
  );
  return [
    `<td><span class="value">${text}${markHtml(mark)}</span>`,
    small.length === 0 ? '' : ` <small>${small.join(' ')}</small>`,
    value === undefined
      ? ''
      : `<span class="bar"><span style="width:${(100 * value).toFixed(1)}%"></span></span>`,
    '</td>',
  ].join('');
}

function linkHtml(href: string, i: number): string {
  const safe = safeLink(href);
  return safe === undefined ? '' : `<a href="${escapeHtml(safe)}">${i + 1}</a>`;
}

function markHtml(mark: number | undefined): string {
  return mark === undefined ? '' : `<sup>[${mark}]</sup>`;
}

function notesHtml({ notes }: Grid): string {
  if (notes.length === 0) return '';
  const items = notes.map((note) => `<li>${escapeHtml(note)}</li>`);
  return `<ol class="notes">${items.join('')}</ol>`;
}
