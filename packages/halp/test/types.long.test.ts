import { fileURLToPath } from 'node:url';
import ts from 'typescript';
import { expect, it } from 'vitest';

/** Unions of byte containers, which callers write as `Uint8Array`. */
const exempt = new Set(['Bytes', 'TextBytes']);

/** The types of this workspace that the parameters and results of an entry's functions name and the entry does not export. */
function unnamed(entry: string): readonly string[] {
  const path = fileURLToPath(new URL(`../src/${entry}.ts`, import.meta.url));
  const program = ts.createProgram([path], {
    ...{ module: ts.ModuleKind.NodeNext, target: ts.ScriptTarget.ES2022, strict: true },
    ...{ customConditions: ['@halp/source'], allowImportingTsExtensions: true, noEmit: true },
    ...{ skipLibCheck: true, types: ['node'] },
  });
  const checker = program.getTypeChecker();
  const own = (symbol: ts.Symbol): ts.Symbol =>
    symbol.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(symbol) : symbol;
  const module = checker.getSymbolAtLocation(program.getSourceFile(path) as ts.SourceFile);
  const exported = checker.getExportsOfModule(module as ts.Symbol);
  const names = new Set(exported.map(({ name }) => name));
  const missing = new Set<string>();
  for (const { declarations = [] } of exported.map(own)) {
    const visit = (node: ts.Node): void => {
      if (ts.isTypeReferenceNode(node)) {
        const found = checker.getSymbolAtLocation(node.typeName);
        const type = found && own(found);
        const file = type?.declarations?.[0]?.getSourceFile().fileName ?? '';
        const isOurs = file.includes('/packages/') && !file.includes('/node_modules/@types/');
        const isNamed = type !== undefined && !(type.flags & ts.SymbolFlags.TypeParameter);
        if (isOurs && isNamed && !names.has(type.name)) missing.add(type.name);
      }
      ts.forEachChild(node, visit);
    };
    for (const declaration of declarations.filter(ts.isFunctionDeclaration)) {
      declaration.parameters.forEach(visit);
      if (declaration.type !== undefined) visit(declaration.type);
    }
  }
  return [...missing].filter((name) => !exempt.has(name));
}

it.each(['index', 'node'])(
  '%s exports every type that its functions name',
  (entry) => {
    expect(unnamed(entry)).toEqual([]);
  },
  120_000,
);
