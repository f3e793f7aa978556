import ts from 'typescript';

/** Where a mutant can stand: what of the syntax is code, a condition, or what a function gives back. */

export function isTypeOnly(node) {
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

export const isLink = (node) =>
  ts.isPropertyAccessExpression(node) || ts.isElementAccessExpression(node) || ts.isCallExpression(node);

/** Not a name, not a part of a chain, not what is assigned to. */
export function mayBeReplaced(node) {
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
  if (ts.isTaggedTemplateExpression(parent)) return false;
  return !ts.isBindingElement(parent) || parent.initializer === node;
}

const isUpdate = ({ operator }) =>
  operator === ts.SyntaxKind.PlusPlusToken || operator === ts.SyntaxKind.MinusMinusToken;

function isAssignment({ operatorToken }) {
  return operatorToken.kind >= ts.SyntaxKind.FirstAssignment && operatorToken.kind <= ts.SyntaxKind.LastAssignment;
}

export function isCondition(node) {
  const { parent } = node;
  if (ts.isForStatement(parent)) return parent.condition === node;
  return (
    (ts.isIfStatement(parent) || ts.isWhileStatement(parent) || ts.isDoStatement(parent)) && parent.expression === node
  );
}

export function isAnswer(node) {
  const { parent } = node;
  return (ts.isReturnStatement(parent) || (ts.isArrowFunction(parent) && parent.body === node)) && !ts.isBlock(node);
}
