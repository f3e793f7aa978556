import type { CallExpression, Expression, Node, ParameterDeclaration, SourceFile, Type } from 'typescript';
import { declaredVariable } from './declared-flags.js';
import { type CodePlace, ourCall, placeOf } from './our-calls.js';
import { forEachNode, type ProjectCode } from './project-code.js';
import { clientOptions, usedClient } from './used-client.js';

/** A parameter that says another type than its decorator gives it. */
export interface MistypedParameter extends CodePlace {
  readonly key: string;
  /** The decorator, as it is called: `@FlagVariable('new-checkout', 'discount')`. */
  readonly decorator: string;
  /** What it gives. */
  readonly gives: string;
  /** What the parameter says. */
  readonly says: string;
}

/**
 * The parameters of `@FlagVariable`, `@FlagEnabled` and `@Variation` whose annotation is of another type than what the decorator
 * gives, as TypeScript judges: it does not compare them itself. Parameters with pipes are left out: what these give is not known.
 * @param declaration the flags, as the settings have them
 */
export function mistypedParameters(code: ProjectCode, declaration: SourceFile | undefined): MistypedParameter[] {
  const reader = new ParameterReader(code, declaration);
  forEachNode(code, (node) => reader.read(node));
  return reader.found;
}

class ParameterReader {
  readonly found: MistypedParameter[] = [];

  constructor(
    private readonly code: ProjectCode,
    private readonly declaration: SourceFile | undefined,
  ) {}

  read(node: Node): void {
    const { ts } = this.code;
    if (ts.isParameter(node) && node.type) this.readParameter(node);
  }

  private readParameter(parameter: ParameterDeclaration): void {
    const { ts, checker, cwd, client } = this.code;
    for (const { expression: call } of ts.getDecorators(parameter) ?? []) {
      if (!parameter.type || !ts.isCallExpression(call)) continue;
      const gives = this.givenBy(call);
      const [key] = call.arguments;
      if (!gives || !key || usedClient(ts, checker, call) !== client) continue;
      const says = checker.getTypeFromTypeNode(parameter.type);
      const takesNone = parameter.questionToken !== undefined || parameter.initializer !== undefined;
      if (gives.every((type) => (takesNone && type.flags & ts.TypeFlags.Undefined) || this.fits(type, says))) continue;
      this.found.push({
        key: this.textOf(key) ?? key.getText(),
        decorator: `@${call.getText()}`,
        gives: [...new Set(gives.map((type) => checker.typeToString(type)))].join(' | '),
        says: parameter.type.getText(),
        ...placeOf(parameter, cwd),
      });
    }
  }

  /** Whether each type of value can be one that the parameter says: also where it says less, as `'red' | 'blue'` of a text. */
  private fits(given: Type, says: Type): boolean {
    const { checker } = this.code;
    return members(given).every(
      (each) =>
        checker.isTypeAssignableTo(each, says) ||
        members(says).some((narrower) => checker.isTypeAssignableTo(narrower, each)),
    );
  }

  /** Undefined where that is not known. */
  private givenBy(call: CallExpression): readonly Type[] | undefined {
    const { ts, checker } = this.code;
    const name = ourCall(ts, checker, call);
    if (name === 'FlagVariable') return this.hasPipes(call, 3) ? undefined : this.variableOf(call);
    if (this.hasPipes(call, 1)) return undefined;
    if (name === 'FlagEnabled') return [checker.getBooleanType()];
    return name === 'Variation' ? [checker.getStringType(), checker.getNullType()] : undefined;
  }

  /** The variable's own type, and that of the default. */
  private variableOf({ arguments: [key, name, otherwise] }: CallExpression): readonly Type[] | undefined {
    const { ts, checker, client } = this.code;
    const [flag, variable] = [key && this.textOf(key), name && this.textOf(name)];
    if (!this.declaration || flag === undefined || variable === undefined || !otherwise) return undefined;
    const declared = declaredVariable(ts, this.declaration, client, flag, variable);
    const type = declared && checker.getTypeFromTypeNode(declared);
    if (!type || type.flags & ts.TypeFlags.Unknown) return undefined;
    return [type, checker.getWidenedType(checker.getBaseTypeOfLiteralType(checker.getTypeAtLocation(otherwise)))];
  }

  private hasPipes(call: CallExpression, own: number): boolean {
    const { ts } = this.code;
    const more = call.arguments.slice(own);
    return more.some((argument, i) => i > 0 || clientOptions(ts, argument).length === 0);
  }

  private textOf(expression: Expression): string | undefined {
    const type = this.code.checker.getTypeAtLocation(expression);
    return type.isStringLiteral() ? type.value : undefined;
  }
}

function members(type: Type): readonly Type[] {
  return type.isUnion() ? type.types : [type];
}
