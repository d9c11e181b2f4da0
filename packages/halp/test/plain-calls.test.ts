import { readFileSync } from 'node:fs';
import ts from 'typescript';
import { describe, expect, it } from 'vitest';
import * as backend from '@halp/backend';
import * as data from '@halp/data';
import * as dataInNode from '@halp/data/node';
import * as live from '@halp/live';
import * as random from '@halp/random';
import * as recipes from '@halp/recipes';
import * as runs from '@halp/runs';
import * as runsInNode from '@halp/runs/node';
import * as skeleton from '@halp/skeleton';
import * as viewer from '@halp/viewer';
import * as main from '../src/index.ts';
import * as node from '../src/node.ts';

const packages: readonly Readonly<Record<string, unknown>>[] = [
  ...[backend, data, dataInNode, live, random, recipes, runs, runsInNode, skeleton, viewer],
];

/** The type names that an entry of this package exports. */
function typesOf(entry: string): readonly string[] {
  const text = readFileSync(new URL(`../src/${entry}.ts`, import.meta.url), 'utf8');
  return ts
    .createSourceFile(entry, text, ts.ScriptTarget.ES2022)
    .statements.flatMap((statement) =>
      ts.isExportDeclaration(statement) &&
      statement.exportClause !== undefined &&
      ts.isNamedExports(statement.exportClause)
        ? statement.exportClause.elements
            .filter(({ isTypeOnly }) => isTypeOnly || statement.isTypeOnly)
            .map(({ name }) => name.text)
        : [],
    );
}

describe('the entries of halp', () => {
  it.each(['index', 'node'])('%s contains only named re-exports', (entry) => {
    const text = readFileSync(new URL(`../src/${entry}.ts`, import.meta.url), 'utf8');
    const { statements } = ts.createSourceFile(entry, text, ts.ScriptTarget.ES2022);
    const others = statements.filter(
      (statement) =>
        !ts.isExportDeclaration(statement) ||
        statement.moduleSpecifier === undefined ||
        statement.exportClause === undefined,
    );
    expect(others).toEqual([]);
  });

  // Plain JavaScript calls of every function are therefore tested in the package that defines it.
  it.each(Object.entries({ ...main, ...node }))(
    '%s is the export of its package',
    (name, value) => {
      expect(packages.filter((each) => each[name] === value)).not.toEqual([]);
    },
  );

  it('the Node entry contains every export of the main entry', () => {
    expect(node).toMatchObject(main);
    const types = new Set(typesOf('node'));
    expect(typesOf('index').filter((name) => !types.has(name))).toEqual([]);
    expect(types.size).toBeGreaterThan(30);
  });
});
