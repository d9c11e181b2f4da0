import { escapeHtml, printable } from '../format.ts';

/** One part of a manifest: its name, and its entries; nested entries have dotted names. */
export interface ManifestGroup {
  /** Name of the part; empty for the top level. */
  readonly name: string;
  /** Names and values as printed. */
  readonly entries: readonly (readonly [name: string, value: string])[];
}

/**
 * A manifest as groups of printable entries: first the top level, then each nested object in order.
 * Lists of plain values are joined by commas; other lists are printed as JSON.
 */
export function manifestGroups(manifest: Readonly<Record<string, unknown>>): ManifestGroup[] {
  const top = Object.entries(manifest);
  const plain = top.filter(([, value]) => !isRecord(value));
  const nested = top.filter(([, value]) => isRecord(value));
  const groups = [
    { name: '', entries: plain.flatMap(([name, value]) => flat(name, value)) },
    ...nested.map(([name, value]) => ({
      name,
      entries: Object.entries(value as object).flatMap(([key, inner]) => flat(key, inner)),
    })),
  ];
  return groups.filter(({ entries }) => entries.length > 0);
}

/** A manifest as HTML description lists, everything escaped. */
export function manifestToHtml(manifest: Readonly<Record<string, unknown>>): string {
  return manifestGroups(manifest)
    .map(({ name, entries }) => {
      const rows = entries.map(
        ([key, value]) => `<div><dt>${escapeHtml(key)}</dt><dd>${escapeHtml(value)}</dd></div>`,
      );
      const head = name === '' ? '' : `<h4>${escapeHtml(name)}</h4>`;
      return `<section class="group">${head}<dl>${rows.join('')}</dl></section>`;
    })
    .join('\n');
}

function flat(name: string, value: unknown): (readonly [string, string])[] {
  if (isRecord(value)) {
    return Object.entries(value).flatMap(([key, inner]) => flat(`${name}.${key}`, inner));
  }
  return [[name, valueText(value)]];
}

function valueText(value: unknown): string {
  if (typeof value === 'string') return printable(value);
  if (Array.isArray(value) && value.every((item) => typeof item !== 'object' || item === null)) {
    return value.map(valueText).join(', ');
  }
  return JSON.stringify(value) ?? String(value);
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
