import type { CallExpression, Expression, Node, Type, TypeChecker } from 'typescript';
import { type CodePlace, ourCall, placeOf } from './our-calls.js';
import { forEachNode, type ProjectCode } from './project-code.js';
import { usedClient } from './used-client.js';

/** A flag that the code reads by a key that is written there. */
export interface FlagUse extends CodePlace {
  readonly key: string;
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
 * The uses of a client's flags: calls of this package's decorators, services, visits and clients, told by their declarations and
 * not by their names, with a key whose text the compiler knows (a literal, a constant, an enum, a union of these). Uses of a client
 * that cannot be told are left out.
 * @param every the keys of all flags: what has the type of them all (`FlagKey`) names none
 */
export function flagUses(code: ProjectCode, every: ReadonlySet<string>): FlagUse[] {
  const reader = new UseReader(code, every);
  forEachNode(code, (node) => reader.read(node));
  return reader.uses;
}

class UseReader {
  readonly uses: FlagUse[] = [];

  constructor(
    private readonly code: ProjectCode,
    private readonly every: ReadonlySet<string>,
  ) {}

  read(node: Node): void {
    const { ts } = this.code;
    if (ts.isCallExpression(node) && node.arguments.length > 0) this.readCall(node);
  }

  private readCall(call: CallExpression): void {
    const { ts, checker, cwd, client } = this.code;
    const at = KEYS_AT.get(ourCall(ts, checker, call) ?? '');
    if (at === undefined) return;
    const keyed = at === 'every' ? [...call.arguments] : call.arguments.slice(at, at + 1);
    const keys = keyed.flatMap((argument) => this.keysIn(argument));
    if (keys.length === 0 || usedClient(ts, checker, call) !== client) return;
    this.uses.push(...keys.map(({ key, node }) => ({ key, ...placeOf(node, cwd) })));
  }

  private keysIn(expression: Expression): readonly { readonly key: string; readonly node: Node }[] {
    const { ts, checker } = this.code;
    if (ts.isArrayLiteralExpression(expression)) return expression.elements.flatMap((each) => this.keysIn(each));
    if (ts.isSpreadElement(expression)) return this.keysIn(expression.expression);
    if (ts.isConditionalExpression(expression))
      return [...this.keysIn(expression.whenTrue), ...this.keysIn(expression.whenFalse)];
    return this.textsOf(checker.getTypeAtLocation(expression)).map((key) => ({ key, node: expression }));
  }

  /** Of one key, or of a list of keys: `const KEYS = ['beta', 'pricing'] as const`. */
  private textsOf(type: Type): readonly string[] {
    const { checker } = this.code;
    const isList = checker.isTupleType(type) || checker.isArrayType(type);
    const elements = isList ? checker.getTypeArguments(type as Parameters<TypeChecker['getTypeArguments']>[0]) : [type];
    return elements.flatMap((element) => this.literalsOf(element));
  }

  /** All that the value can be, where all of it is literals: `'a' | 'b'`, a whole enum, `K extends 'a' | 'b'`. */
  private literalsOf(type: Type): readonly string[] {
    const { checker } = this.code;
    const known = checker.getNonNullableType(checker.getBaseConstraintOfType(type) ?? type);
    if (known.isStringLiteral()) return [known.value];
    if (!known.isUnion()) return [];
    const texts = known.types.flatMap((each) => (each.isStringLiteral() ? [each.value] : []));
    return texts.length === known.types.length && !this.isOfAll(texts) ? texts : [];
  }

  private isOfAll(texts: readonly string[]): boolean {
    return texts.length === this.every.size && texts.every((text) => this.every.has(text));
  }
}
