import ts from 'typescript';
import { isAnswer, isCondition, isLink, mayBeReplaced } from './places.mjs';

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
/** One side alone: whoever notices both notices the other operator, too. */
const EITHER_SIDE = new Set(['&&', '||', '??']);
const OTHER_ASSIGNMENTS = { '+=': '-=', '-=': '+=', '*=': '/=', '^=': '&=', '|=': '&=', '??=': '=', '||=': '=' };
const OTHER_METHODS = { some: 'every', every: 'some', min: 'max', max: 'min', startsWith: 'endsWith' };
/** Methods whose result is of the kind of what they are called on: they can be left out. */
const OPTIONAL_METHODS = new Set(
  'filter flat replace replaceAll reverse slice sort toLowerCase toReversed toSorted toUpperCase trim'.split(' '),
);

/**
 * What could stand in the place of a node, as `{ kind, text }`: another operator or one side of it, a constant condition,
 * another literal, a chain without `?` or without a method, a single statement left out, a function that gives back nothing.
 * Types stay, and texts with a blank (messages).
 */
export class Alternatives {
  constructor(root, source) {
    this.root = root;
    this.source = source;
  }

  /** None where an expression in parentheses cannot stand. */
  of(node) {
    if (ts.isExpressionStatement(node)) return withoutStatement(node);
    if (!ts.isExpression(node) || !mayBeReplaced(node)) return [];
    const found = [...this.byKind(node)];
    if (isCondition(node)) found.push(...conditions(node));
    else if (isAnswer(node) && !isNothing(node)) found.push({ kind: 'return', text: 'undefined' });
    return found.filter(({ text }, i) => found.findIndex((each) => each.text === text) === i);
  }

  *byKind(node) {
    if (ts.isBinaryExpression(node)) yield* this.binary(node);
    else if (ts.isPrefixUnaryExpression(node)) yield* this.unary(node);
    else if (ts.isPostfixUnaryExpression(node))
      yield this.spliced(node, 'update', node.operand.end, node.end, otherUpdate(node));
    else if (ts.isConditionalExpression(node)) yield* this.branches(node);
    else if (isLink(node)) yield* this.chain(node);
    else yield* this.literal(node);
  }

  *binary(node) {
    const { operatorToken, left, right } = node;
    const operator = operatorToken.getText(this.root);
    const [start, end] = [operatorToken.getStart(this.root), operatorToken.end];
    for (const other of OTHER_OPERATORS.get(operator) ?? []) yield this.spliced(node, 'operator', start, end, other);
    if (EITHER_SIDE.has(operator)) for (const side of [left, right]) yield { kind: 'one side', text: this.raw(side) };
    if (Object.hasOwn(OTHER_ASSIGNMENTS, operator))
      yield this.spliced(node, 'assignment', start, end, OTHER_ASSIGNMENTS[operator]);
  }

  *unary(node) {
    const { operator, operand } = node;
    if (operator === ts.SyntaxKind.PlusPlusToken) yield { kind: 'update', text: `--${this.raw(operand)}` };
    else if (operator === ts.SyntaxKind.MinusMinusToken) yield { kind: 'update', text: `++${this.raw(operand)}` };
    else if (operator !== ts.SyntaxKind.PlusToken) yield { kind: 'operator', text: this.raw(operand) };
  }

  *branches(node) {
    yield { kind: 'branch', text: this.raw(node.whenTrue) };
    yield { kind: 'branch', text: this.raw(node.whenFalse) };
  }

  *literal(node) {
    if (node.kind === ts.SyntaxKind.TrueKeyword) yield { kind: 'literal', text: 'false' };
    else if (node.kind === ts.SyntaxKind.FalseKeyword) yield { kind: 'literal', text: 'true' };
    else if (ts.isNumericLiteral(node)) yield { kind: 'literal', text: `${this.raw(node)} + 1` };
    else if (ts.isStringLiteralLike(node) || ts.isTemplateExpression(node)) yield* literalText(node);
    else if (ts.isRegularExpressionLiteral(node)) yield* regex(this.raw(node));
    else if (ts.isArrayLiteralExpression(node) && node.elements.length > 0) yield { kind: 'literal', text: '[]' };
    else if (ts.isObjectLiteralExpression(node) && node.properties.length > 0) yield { kind: 'literal', text: '{}' };
  }

  /** A whole chain: its inner links do not stand for themselves. */
  *chain(node) {
    if (linksOf(node).some(({ questionDotToken }) => questionDotToken))
      yield { kind: 'optional chain', text: this.withoutQuestion(node) };
    for (const link of linksOf(node)) {
      const name = ts.isCallExpression(link) && ts.isPropertyAccessExpression(link.expression) && link.expression.name;
      if (!name) continue;
      if (Object.hasOwn(OTHER_METHODS, name.text))
        yield this.spliced(node, 'method', name.getStart(this.root), name.end, OTHER_METHODS[name.text]);
      if (OPTIONAL_METHODS.has(name.text))
        yield this.spliced(node, 'method', link.expression.expression.end, link.end, '');
    }
  }

  withoutQuestion(node) {
    let text = this.raw(node);
    const offset = node.getStart(this.root);
    for (const link of linksOf(node)) {
      if (!link.questionDotToken) continue;
      const { questionDotToken: token } = link;
      const [start, end] = [token.getStart(this.root) - offset, token.end - offset];
      text = text.slice(0, start) + (ts.isPropertyAccessExpression(link) ? '.' : '') + text.slice(end);
    }
    return text;
  }

  raw(node) {
    return this.source.slice(node.getStart(this.root), node.end);
  }

  /** The node's text with a part of it (positions in the file) replaced. */
  spliced(node, kind, start, end, replacement) {
    const text = this.source.slice(node.getStart(this.root), start) + replacement + this.source.slice(end, node.end);
    return { kind, text };
  }
}

function withoutStatement({ expression }) {
  if (ts.isStringLiteral(expression)) return []; // a directive
  if (ts.isCallExpression(expression) && expression.expression.kind === ts.SyntaxKind.SuperKeyword) return [];
  return [{ kind: 'statement', text: '' }];
}

function* conditions({ parent }) {
  const isLoop = ts.isWhileStatement(parent) || ts.isForStatement(parent) || ts.isDoStatement(parent);
  yield { kind: 'condition', text: 'false' };
  if (!isLoop) yield { kind: 'condition', text: 'true' };
}

function* literalText(node) {
  const parts = ts.isTemplateExpression(node)
    ? [node.head.text, ...node.templateSpans.map(({ literal }) => literal.text)]
    : [node.text];
  if (parts.some((part) => part.includes(' '))) return; // a message
  yield { kind: 'literal', text: node.text === '' ? "'mutant'" : "''" };
}

/** One that matches nothing; the same without an end to hold on to, or without flags. */
function* regex(text) {
  const end = text.lastIndexOf('/');
  const [pattern, flags] = [text.slice(1, end), text.slice(end + 1)];
  yield { kind: 'literal', text: '/(?!)/' };
  if (pattern.startsWith('^')) yield { kind: 'literal', text: `/${pattern.slice(1)}/${flags}` };
  if (/[^\\]\$$/.test(pattern)) yield { kind: 'literal', text: `/${pattern.slice(0, -1)}/${flags}` };
  if (flags !== '') yield { kind: 'literal', text: `/${pattern}/` };
}

/** From the last link to the first. */
function linksOf(node) {
  const links = [];
  for (let link = node; isLink(link); link = link.expression) links.push(link);
  return links;
}

const otherUpdate = ({ operator }) => (operator === ts.SyntaxKind.PlusPlusToken ? '--' : '++');

const isNothing = (node) =>
  (ts.isIdentifier(node) && node.text === 'undefined') || ts.isVoidExpression(node) || ts.isYieldExpression(node);
