import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { createLayout, type LayoutData, layoutNames, layoutOf } from '@halp/skeleton';
import { jointList, layoutPicture } from '../../docs/layout-picture.ts';

const folder = new URL('../../../docs/', import.meta.url);
const page = readFileSync(new URL('layouts.md', folder), 'utf8');

describe('docs/layouts.md', () => {
  it.each(layoutNames)('lists the joints of %s in order, next to its drawing', (name) => {
    const layout = layoutOf(name);
    const section = page.split(/^###? /m).find((text) => text.startsWith(`${name}\n`)) ?? '';
    expect(section.replaceAll(/\s+/g, ' ')).toContain(jointList(layout));
    expect(section).toContain(`](layouts/${name}.svg)`);
  });

  it.each(layoutNames)('has the drawing of %s that npm run docs:layouts makes', (name) => {
    const drawn = layoutPicture(layoutOf(name));
    expect(readFileSync(new URL(`layouts/${name}.svg`, folder), 'utf8')).toBe(drawn);
    const numbers = [...drawn.matchAll(/class="label number"[^>]*>(\d+)</g)].map(([, v]) =>
      Number(v),
    );
    expect(numbers).toEqual(layoutOf(name).joints.map((_, v) => v));
  });

  it('has no drawing of another layout', () => {
    expect(readdirSync(new URL('layouts/', folder)).sort()).toEqual(
      layoutNames.map((name) => `${name}.svg`).sort(),
    );
  });

  it('shows a layout as JSON that createLayout accepts', () => {
    const json = /```json\n([\s\S]*?)```/.exec(page)?.[1] ?? '';
    const layout = createLayout(JSON.parse(json) as LayoutData);
    expect([layout.name, layout.joints.length, layout.root]).toEqual(['sbu-15', 15, 1]);
  });
});
