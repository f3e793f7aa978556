import type { Node, SourceFile, TypeElement, TypeNode } from 'typescript';
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
  const members = membersOf(ts, source, pathOf(client));
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

/** The declared type of a flag's variable; undefined where there is no such flag, or no such variable. */
export function declaredVariable(
  ts: TypeScript,
  source: SourceFile,
  client: string | undefined,
  key: string,
  variable: string,
): TypeNode | undefined {
  const variables = membersOf(ts, source, [...pathOf(client), key, 'variables']);
  const found = variables.find((member) => nameOf(ts, member) === variable);
  return found && ts.isPropertySignature(found) ? found.type : undefined;
}

function pathOf(client: string | undefined): readonly string[] {
  return client === undefined ? ['VwoFlags'] : ['VwoClientFlags', client];
}

/** What stands in the interface, or in the member of it, that this path leads to. */
function membersOf(ts: TypeScript, source: SourceFile, [name, ...below]: readonly string[]): readonly TypeElement[] {
  const interfaces: TypeElement[] = [];
  const visit = (node: Node): void => {
    if (!ts.isInterfaceDeclaration(node)) return ts.forEachChild(node, visit);
    if (node.name.text === name) interfaces.push(...node.members);
  };
  visit(source);
  return below.reduce<readonly TypeElement[]>((members, each) => {
    return members.flatMap((member) => {
      const type = nameOf(ts, member) === each && ts.isPropertySignature(member) ? member.type : undefined;
      return type && ts.isTypeLiteralNode(type) ? [...type.members] : [];
    });
  }, interfaces);
}

function nameOf(ts: TypeScript, { name }: { readonly name?: Node | undefined }): string {
  return name && (ts.isIdentifier(name) || ts.isStringLiteral(name)) ? name.text : '';
}
