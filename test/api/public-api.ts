import { join } from 'node:path';
import ts from 'typescript';
import { assertBuilt } from '../package/manifest.js';

const ROOT = join(import.meta.dirname, '../..');
const DIST = join(ROOT, 'dist');

/** What one entry point exports, types included, and what of ours these declarations mention without its being exported. */
export interface EntryApi {
  readonly entry: string;
  readonly exported: readonly ApiItem[];
  readonly mentioned: readonly ApiItem[];
}

export interface ApiItem {
  readonly name: string;
  /** The declaration without comments and private members; undefined where `home` has it. */
  readonly text: string | undefined;
  /** Marked `@internal`, itself or a part of it: the build should have left it out. */
  readonly isInternal: boolean;
  /** The first entry that exports or mentions it. */
  readonly home: string;
}

/** Reads the declarations in dist/ (`npm run build`). `entries`: `nestjs-vwo/redis` → the path of its declarations. */
export function publicApi(entries: ReadonlyMap<string, string>): EntryApi[] {
  assertBuilt();
  const files = [...entries.values()].map((file) => join(ROOT, file));
  const program = ts.createProgram(files, {
    target: ts.ScriptTarget.ES2023,
    module: ts.ModuleKind.NodeNext,
    skipLibCheck: true,
    types: ['node'],
  });
  const reader = new ApiReader(program);
  const exported = [...entries].map(([entry, file]) => ({ entry, symbols: reader.exportsOf(join(ROOT, file)) }));
  for (const { entry, symbols } of exported) for (const symbol of symbols.values()) reader.claim(symbol, entry);
  return exported.map(({ entry, symbols }) => ({
    entry,
    mentioned: reader
      .mentionedBy([...symbols.values()], entry)
      .map((symbol) => reader.item(symbol.name, symbol, entry)),
    exported: [...symbols].map(([name, symbol]) => reader.item(name, symbol, entry)),
  }));
}

class ApiReader {
  private readonly checker: ts.TypeChecker;
  private readonly printer = ts.createPrinter({ removeComments: true });
  private readonly homes = new Map<ts.Symbol, string>();

  constructor(private readonly program: ts.Program) {
    this.checker = program.getTypeChecker();
  }

  exportsOf(file: string): Map<string, ts.Symbol> {
    const source = this.program.getSourceFile(file);
    const module = source && this.checker.getSymbolAtLocation(source);
    if (!module) throw new Error(`${file} is no module. Was it built? npm run build`);
    const exports = this.checker.getExportsOfModule(module);
    return new Map(byName(exports).map((symbol) => [symbol.name, this.resolved(symbol)]));
  }

  claim(symbol: ts.Symbol, entry: string): void {
    if (!this.homes.has(symbol)) this.homes.set(symbol, entry);
  }

  item(name: string, symbol: ts.Symbol, entry: string): ApiItem {
    const home = this.homes.get(symbol) ?? entry;
    const isInternal = this.declarationsOf(symbol).some(hasInternal);
    return { name, home, isInternal, text: home === entry ? this.textOf(symbol) : undefined };
  }

  /** What a chain of mentions leads to, without what an entry exports or an earlier entry has mentioned. */
  mentionedBy(symbols: readonly ts.Symbol[], entry: string): ts.Symbol[] {
    const found: ts.Symbol[] = [];
    const open = [...symbols];
    for (let symbol = open.pop(); symbol; symbol = open.pop()) {
      for (const other of this.declarationsOf(symbol).flatMap((node) => this.symbolsIn(node))) {
        if (this.homes.has(other)) continue;
        this.claim(other, entry);
        found.push(other);
        open.push(other);
      }
    }
    return byName(found);
  }

  private textOf(symbol: ts.Symbol): string {
    return this.declarationsOf(symbol)
      .map((node) => this.printer.printNode(ts.EmitHint.Unspecified, withoutPrivate(node), node.getSourceFile()))
      .join('\n');
  }

  /** Top-level statements of ours; none for what a dependency declares. */
  private declarationsOf(symbol: ts.Symbol): ts.Node[] {
    return (symbol.declarations ?? [])
      .filter((node) => node.getSourceFile().fileName.startsWith(DIST))
      .map((node) => (ts.isVariableDeclaration(node) ? node.parent.parent : node));
  }

  private symbolsIn(node: ts.Node): ts.Symbol[] {
    const found: ts.Symbol[] = [];
    const visit = (child: ts.Node): void => {
      if (isPrivate(child)) return;
      const symbol = ts.isIdentifier(child) ? this.checker.getSymbolAtLocation(child) : undefined;
      if (symbol && this.isOfOurs(this.resolved(symbol))) found.push(this.resolved(symbol));
      ts.forEachChild(child, visit);
    };
    visit(node);
    return found;
  }

  private isOfOurs(symbol: ts.Symbol): boolean {
    return this.declarationsOf(symbol).some((node) => ts.isSourceFile(node.parent));
  }

  private resolved(symbol: ts.Symbol): ts.Symbol {
    return symbol.flags & ts.SymbolFlags.Alias ? this.checker.getAliasedSymbol(symbol) : symbol;
  }
}

function withoutPrivate(node: ts.Node): ts.Node {
  if (!ts.isClassDeclaration(node)) return node;
  const { factory } = ts;
  const members = node.members.filter((member) => !isPrivate(member));
  const { modifiers, name, typeParameters, heritageClauses } = node;
  return factory.updateClassDeclaration(node, modifiers, name, typeParameters, heritageClauses, members);
}

/** `private`, or `#name`. */
function isPrivate(node: ts.Node): boolean {
  if (!ts.isClassElement(node)) return false;
  const isMarked =
    ts.canHaveModifiers(node) && node.modifiers?.some(({ kind }) => kind === ts.SyntaxKind.PrivateKeyword);
  return Boolean(isMarked) || (node.name !== undefined && ts.isPrivateIdentifier(node.name));
}

function hasInternal(node: ts.Node): boolean {
  if (isPrivate(node)) return false;
  const isMarked = ts.getJSDocTags(node).some(({ tagName }) => tagName.text === 'internal');
  return isMarked || ts.forEachChild(node, (child) => hasInternal(child) || undefined) === true;
}

function byName(symbols: readonly ts.Symbol[]): ts.Symbol[] {
  return [...symbols].sort((a, b) => (a.name < b.name ? -1 : 1));
}
