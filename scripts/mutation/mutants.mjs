import ts from 'typescript';

/**
 * All mutants of one file at once: where a mutant stands, the code asks `__mutant(id)` whether it is the one that is on.
 * So a module is loaded once and thousands of mutants are tried on it. What is mutated: operators, conditions, literals,
 * optional chains, single statements, what functions give back. What is not: types, and texts with a blank (messages).
 */
export function mutated(file, source, firstId) {
  const mutator = new Mutator(file, source, firstId);
  return { code: mutator.print(mutator.root), mutants: mutator.mutants };
}

const OTHER_OPERATORS = new Map(
  Object.entries({
    '===': ['!=='],
    '!==': ['==='],
    '==': ['!='],
    '!=': ['=='],
    '<': ['<=', '>='],
    '<=': ['<', '>'],
    '>': ['>=', '<='],
    '>=': ['>', '<'],
    '&&': ['||'],
    '||': ['&&'],
    '??': ['&&'],
    '+': ['-'],
    '-': ['+'],
    '*': ['/'],
    '/': ['*'],
    '%': ['*'],
    '&': ['|'],
    '|': ['&'],
    '^': ['&'],
    '<<': ['>>'],
    '>>': ['<<'],
    '>>>': ['<<'],
  }),
);
const OTHER_ASSIGNMENTS = { '+=': '-=', '-=': '+=', '*=': '/=', '^=': '&=', '|=': '&=', '??=': '=', '||=': '=' };
const OTHER_METHODS = { some: 'every', every: 'some', min: 'max', max: 'min', startsWith: 'endsWith' };

class Mutator {
  mutants = [];

  constructor(file, source, firstId) {
    this.file = file;
    this.nextId = firstId;
    this.root = ts.createSourceFile(file, source, ts.ScriptTarget.Latest, true);
    this.source = source;
  }

  /** The text of a node with the mutants inside it and of itself. */
  print(node) {
    if (isTypeOnly(node)) return this.raw(node);
    const alternatives = this.alternatives(node);
    const text = this.printChildren(node);
    if (alternatives.length === 0) return text;
    const ids = alternatives.map(({ kind, text: replacement }) => this.add(node, kind, replacement));
    // In braces of its own: an `else` that follows stays with its `if`.
    if (ts.isExpressionStatement(node)) return `{ if (!__mutant(${ids[0]})) { ${text} } }`;
    return alternatives.reduceRight(
      (otherwise, { text: replacement }, i) => `(__mutant(${ids[i]}) ? (${replacement}) : ${otherwise})`,
      `(${text})`,
    );
  }

  printChildren(node) {
    let text = '';
    let at = node.getStart(this.root);
    for (const child of childrenOf(node)) {
      const start = child.getStart(this.root);
      if (start < at) continue; // JSDoc
      text += this.source.slice(at, start) + this.print(child);
      at = child.end;
    }
    return text + this.source.slice(at, node.end);
  }

  add(node, kind, replacement) {
    const id = this.nextId++;
    const { line } = this.root.getLineAndCharacterOfPosition(node.getStart(this.root));
    this.mutants.push({
      id,
      file: this.file,
      line: line + 1,
      kind,
      from: short(this.raw(node)),
      to: short(replacement),
    });
    return id;
  }

  raw(node) {
    return this.source.slice(node.getStart(this.root), node.end);
  }

  /** What could stand here instead; none where an expression in parentheses cannot stand. */
  alternatives(node) {
    if (ts.isExpressionStatement(node)) return this.withoutStatement(node);
    if (!ts.isExpression(node) || !mayBeReplaced(node)) return [];
    const found = [...this.byKind(node)];
    if (isCondition(node)) found.push(...this.conditions(node));
    else if (isAnswer(node)) found.push(...this.answers(node));
    return found.filter(({ text }, i) => found.findIndex((each) => each.text === text) === i);
  }

  *byKind(node) {
    if (ts.isBinaryExpression(node)) yield* this.binary(node);
    else if (ts.isPrefixUnaryExpression(node)) yield* this.unary(node);
    else if (ts.isPostfixUnaryExpression(node))
      yield this.replaced(node, 'update', node.operand.end, otherUpdate(node));
    else if (node.kind === ts.SyntaxKind.TrueKeyword) yield { kind: 'literal', text: 'false' };
    else if (node.kind === ts.SyntaxKind.FalseKeyword) yield { kind: 'literal', text: 'true' };
    else if (ts.isNumericLiteral(node)) yield { kind: 'literal', text: `${this.raw(node)} + 1` };
    else if (ts.isStringLiteral(node)) yield* this.string(node);
    else if (ts.isRegularExpressionLiteral(node)) yield { kind: 'literal', text: '/(?!)/' };
    else if (ts.isArrayLiteralExpression(node) && node.elements.length > 0) yield { kind: 'literal', text: '[]' };
    else if (ts.isConditionalExpression(node)) yield* this.branches(node);
    if (isOptionalChain(node)) yield { kind: 'optional chain', text: this.withoutQuestion(node) };
    const method = ts.isCallExpression(node) && ts.isPropertyAccessExpression(node.expression) && node.expression.name;
    const other = method && Object.hasOwn(OTHER_METHODS, method.text) && OTHER_METHODS[method.text];
    if (other) yield this.spliced(node, 'method', method.getStart(this.root), method.end, other);
  }

  *binary(node) {
    const { operatorToken } = node;
    const operator = operatorToken.getText(this.root);
    const [start, end] = [operatorToken.getStart(this.root), operatorToken.end];
    for (const other of OTHER_OPERATORS.get(operator) ?? []) yield this.spliced(node, 'operator', start, end, other);
    if (operator === '??') yield { kind: 'operator', text: this.raw(node.left) };
    if (Object.hasOwn(OTHER_ASSIGNMENTS, operator))
      yield this.spliced(node, 'assignment', start, end, OTHER_ASSIGNMENTS[operator]);
  }

  *unary(node) {
    const { operator, operand } = node;
    if (operator === ts.SyntaxKind.PlusPlusToken) yield { kind: 'update', text: `--${this.raw(operand)}` };
    else if (operator === ts.SyntaxKind.MinusMinusToken) yield { kind: 'update', text: `++${this.raw(operand)}` };
    else if (operator !== ts.SyntaxKind.PlusToken) yield { kind: 'operator', text: this.raw(operand) };
  }

  *string(node) {
    if (node.text.includes(' ')) return; // a message
    yield { kind: 'literal', text: node.text === '' ? "'mutant'" : "''" };
  }

  *branches(node) {
    yield { kind: 'branch', text: this.raw(node.whenTrue) };
    yield { kind: 'branch', text: this.raw(node.whenFalse) };
  }

  *conditions(node) {
    const isLoop = ts.isWhileStatement(node.parent) || ts.isForStatement(node.parent) || ts.isDoStatement(node.parent);
    yield { kind: 'condition', text: 'false' };
    if (!isLoop) yield { kind: 'condition', text: 'true' };
  }

  /** What a function gives back: nothing instead. */
  *answers(node) {
    if (!isNothing(node)) yield { kind: 'return', text: 'undefined' };
  }

  withoutStatement({ expression }) {
    if (ts.isStringLiteral(expression)) return []; // a directive
    if (ts.isCallExpression(expression) && expression.expression.kind === ts.SyntaxKind.SuperKeyword) return [];
    return [{ kind: 'statement', text: '' }];
  }

  withoutQuestion(node) {
    const questions = [];
    for (let link = node; link && isLink(link); link = link.expression) {
      if (link.questionDotToken)
        questions.push({ token: link.questionDotToken, isAccess: ts.isPropertyAccessExpression(link) });
      if (!isLink(link.expression)) break;
    }
    let text = this.raw(node);
    const offset = node.getStart(this.root);
    for (const { token, isAccess } of questions) {
      const [start, end] = [token.getStart(this.root) - offset, token.end - offset];
      text = text.slice(0, start) + (isAccess ? '.' : '') + text.slice(end);
    }
    return text;
  }

  replaced(node, kind, start, operator) {
    return this.spliced(node, kind, start, node.end, operator);
  }

  /** The node's text with a part of it (positions in the file) replaced. */
  spliced(node, kind, start, end, replacement) {
    const text = this.source.slice(node.getStart(this.root), start) + replacement + this.source.slice(end, node.end);
    return { kind, text };
  }
}

const otherUpdate = ({ operator }) => (operator === ts.SyntaxKind.PlusPlusToken ? '--' : '++');
const short = (text) => text.replaceAll(/\s+/g, ' ').slice(0, 160);

/** In the order of the source. */
function childrenOf(node) {
  const children = [];
  ts.forEachChild(node, (child) => void children.push(child));
  return children.sort((a, b) => a.pos - b.pos);
}

function isTypeOnly(node) {
  return (
    ts.isTypeNode(node) ||
    ts.isInterfaceDeclaration(node) ||
    ts.isTypeAliasDeclaration(node) ||
    ts.isImportDeclaration(node) ||
    ts.isExportDeclaration(node) ||
    ts.isTypeParameterDeclaration(node) ||
    ts.isDecorator(node)
  );
}

const isLink = (node) =>
  ts.isPropertyAccessExpression(node) || ts.isElementAccessExpression(node) || ts.isCallExpression(node);

/** The whole of a chain that has a `?.` in it. */
function isOptionalChain(node) {
  return ts.isOptionalChain(node) && !(isLink(node.parent) && node.parent.expression === node);
}

/** Not a name, not a part of a chain, not what is assigned to. */
function mayBeReplaced(node) {
  const { parent } = node;
  if (ts.isIdentifier(node) && !isCondition(node) && !isAnswer(node)) return false;
  if (isLink(parent) && parent.expression === node) return false;
  if (ts.isNonNullExpression(parent) && isLink(parent.parent) && parent.parent.expression === parent) return false;
  if (ts.isBinaryExpression(parent) && parent.left === node && isAssignment(parent)) return false;
  if ((ts.isPropertyAssignment(parent) || ts.isPropertyDeclaration(parent)) && parent.name === node) return false;
  if ((ts.isMethodDeclaration(parent) || ts.isAccessor(parent)) && parent.name === node) return false;
  if (ts.isPropertyAccessExpression(parent) && parent.name === node) return false;
  if (ts.isDeleteExpression(parent) || ts.isExpressionWithTypeArguments(parent)) return false;
  if (ts.isPrefixUnaryExpression(parent) && isUpdate(parent)) return false;
  if (ts.isPostfixUnaryExpression(parent)) return false;
  if (ts.isForOfStatement(parent) && parent.initializer === node) return false;
  if (ts.isExpressionStatement(parent)) return false; // the statement itself is left out
  return !ts.isBindingElement(parent) || parent.initializer === node;
}

const isUpdate = ({ operator }) =>
  operator === ts.SyntaxKind.PlusPlusToken || operator === ts.SyntaxKind.MinusMinusToken;

function isAssignment({ operatorToken }) {
  return operatorToken.kind >= ts.SyntaxKind.FirstAssignment && operatorToken.kind <= ts.SyntaxKind.LastAssignment;
}

function isCondition(node) {
  const { parent } = node;
  if (ts.isForStatement(parent)) return parent.condition === node;
  return (
    (ts.isIfStatement(parent) || ts.isWhileStatement(parent) || ts.isDoStatement(parent)) && parent.expression === node
  );
}

function isAnswer(node) {
  const { parent } = node;
  return (ts.isReturnStatement(parent) || (ts.isArrowFunction(parent) && parent.body === node)) && !ts.isBlock(node);
}

const isNothing = (node) =>
  (ts.isIdentifier(node) && node.text === 'undefined') || ts.isVoidExpression(node) || ts.isYieldExpression(node);
