import { relative } from 'node:path';
import type { CallExpression, Expression, Node, Program, SourceFile, TypeChecker } from 'typescript';
import { isOurs } from './our-declarations.js';
import type { TypeScript } from './project-typescript.js';
import { usedClient } from './used-client.js';

/** A flag that the code reads by a key that is written there. */
export interface FlagUse {
  readonly key: string;
  /** From the working directory. */
  readonly file: string;
  /** From 1. */
  readonly line: number;
  readonly column: number;
}

/** Where a call has its keys: the place of the argument; `every`: each of them. */
const KEYS_AT: ReadonlyMap<string, number | 'every'> = new Map<string, number | 'every'>([
  ['Flag', 0],
  ['FlagEnabled', 0],
  ['FlagVariable', 0],
  ['RequireFlag', 0],
  ['UseFlags', 'every'],
  ['Variation', 0],
  ['flag', 0],
  ['isEnabled', 0],
  ['variable', 0],
  ['declare', 0],
  ['visit', 1],
  ['run', 2],
]);

/**
 * The uses of a client's flags in the project's own files: calls of this package's decorators, services, visits and clients, told
 * by their declarations and not by their names, with a key whose text the compiler knows (a literal, a constant, an enum).
 * @param client undefined: the one without a name. Uses of a client that cannot be told are left out.
 */
export function flagUses(ts: TypeScript, program: Program, cwd: string, client: string | undefined): FlagUse[] {
  const reader = new UseReader(ts, program.getTypeChecker(), cwd, client);
  for (const file of program.getSourceFiles()) {
    if (file.isDeclarationFile || program.isSourceFileFromExternalLibrary(file) || isOurs(file.fileName)) continue;
    reader.read(file, file);
  }
  return reader.uses;
}

class UseReader {
  readonly uses: FlagUse[] = [];

  constructor(
    private readonly ts: TypeScript,
    private readonly checker: TypeChecker,
    private readonly cwd: string,
    private readonly client: string | undefined,
  ) {}

  read(node: Node, file: SourceFile): void {
    if (this.ts.isCallExpression(node) && node.arguments.length > 0) this.readCall(node, file);
    this.ts.forEachChild(node, (child) => this.read(child, file));
  }

  private readCall(call: CallExpression, file: SourceFile): void {
    const at = this.keysAt(call);
    if (at === undefined) return;
    const keyed = at === 'every' ? [...call.arguments] : call.arguments.slice(at, at + 1);
    const keys = keyed.flatMap((argument) => this.keysIn(argument));
    if (keys.length === 0 || usedClient(this.ts, this.checker, call) !== this.client) return;
    for (const { key, node } of keys) {
      const { line, character } = file.getLineAndCharacterOfPosition(node.getStart(file));
      this.uses.push({ key, file: relative(this.cwd, file.fileName), line: line + 1, column: character + 1 });
    }
  }

  private keysAt(call: CallExpression): number | 'every' | undefined {
    const declaration = this.checker.getResolvedSignature(call)?.declaration;
    const name = declaration && 'name' in declaration ? declaration.name : undefined;
    if (!declaration || !name || !this.ts.isIdentifier(name as Node)) return undefined;
    const at = KEYS_AT.get((name as { text: string }).text);
    return at !== undefined && isOurs(declaration.getSourceFile().fileName) ? at : undefined;
  }

  private keysIn(expression: Expression): readonly { readonly key: string; readonly node: Node }[] {
    const { ts } = this;
    if (ts.isArrayLiteralExpression(expression)) return expression.elements.flatMap((each) => this.keysIn(each));
    if (ts.isSpreadElement(expression)) return this.keysIn(expression.expression);
    if (ts.isConditionalExpression(expression))
      return [...this.keysIn(expression.whenTrue), ...this.keysIn(expression.whenFalse)];
    return this.textsOf(expression).map((key) => ({ key, node: expression }));
  }

  /** Of a constant, and of a list of constants: `const KEYS = ['beta', 'pricing'] as const`. */
  private textsOf(expression: Expression): readonly string[] {
    const type = this.checker.getTypeAtLocation(expression);
    if (type.isStringLiteral()) return [type.value];
    if (!this.checker.isTupleType(type)) return [];
    const elements = this.checker.getTypeArguments(type as Parameters<TypeChecker['getTypeArguments']>[0]);
    return elements.flatMap((element) => (element.isStringLiteral() ? [element.value] : []));
  }
}
