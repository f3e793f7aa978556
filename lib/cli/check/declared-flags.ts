import type { Node, SourceFile, TypeElement } from 'typescript';
import type { TypeScript } from './project-typescript.js';

/** A flag as a declaration has it. */
export interface DeclaredFlag {
  /** From 1. */
  readonly line: number;
  /** Its type, whatever a formatter has made of it. */
  readonly type: string;
}

/** The flags of a client in a declaration that `nestjs-vwo types` has written, by key. */
export function declaredFlags(
  ts: TypeScript,
  text: string,
  client: string | undefined,
): ReadonlyMap<string, DeclaredFlag> {
  const source = ts.createSourceFile('vwo-flags.d.ts', text, ts.ScriptTarget.Latest, true);
  const printer = ts.createPrinter({ removeComments: true });
  const members = membersOf(ts, source, client === undefined ? ['VwoFlags'] : ['VwoClientFlags', client]);
  return new Map(
    members.map((member) => [
      nameOf(ts, member),
      {
        line: source.getLineAndCharacterOfPosition(member.getStart(source)).line + 1,
        type: printer.printNode(ts.EmitHint.Unspecified, member, source).replace(/['"]/g, "'").replace(/\s+/g, ' '),
      },
    ]),
  );
}

/** What stands in the interface, or in the member of it, that this path leads to. */
function membersOf(ts: TypeScript, source: SourceFile, path: readonly string[]): readonly TypeElement[] {
  let found: readonly TypeElement[] = [];
  const visit = (node: Node, [name, ...below]: readonly string[]): void => {
    const isNamed = (ts.isInterfaceDeclaration(node) || ts.isPropertySignature(node)) && nameOf(ts, node) === name;
    const members = ts.isInterfaceDeclaration(node) || ts.isTypeLiteralNode(node) ? node.members : undefined;
    if (isNamed && below.length === 0)
      found =
        members ??
        (ts.isPropertySignature(node) && node.type && ts.isTypeLiteralNode(node.type) ? node.type.members : []);
    else ts.forEachChild(node, (child) => visit(child, isNamed ? below : [name ?? '', ...below]));
  };
  visit(source, path);
  return found;
}

function nameOf(ts: TypeScript, { name }: { readonly name?: Node | undefined }): string {
  return name && (ts.isIdentifier(name) || ts.isStringLiteral(name)) ? name.text : '';
}
