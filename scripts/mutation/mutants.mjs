import ts from 'typescript';
import { Alternatives } from './alternatives.mjs';
import { isTypeOnly } from './places.mjs';

/**
 * All mutants of one file at once: where a mutant stands, the code asks `__mutant(id)` whether it is the one that is on.
 * So a module is loaded once and thousands of mutants are tried on it. `alternatives.mjs` says what is mutated.
 */
export function mutated(file, source, firstId) {
  const mutator = new Mutator(file, source, firstId);
  return { code: mutator.print(mutator.root), mutants: mutator.mutants };
}

class Mutator {
  mutants = [];

  constructor(file, source, firstId) {
    this.file = file;
    this.nextId = firstId;
    this.root = ts.createSourceFile(file, source, ts.ScriptTarget.Latest, true);
    this.source = source;
    this.alternatives = new Alternatives(this.root, source);
  }

  /** The text of a node with the mutants inside it and of itself. */
  print(node) {
    if (isTypeOnly(node)) return this.raw(node);
    const alternatives = this.alternatives.of(node);
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
      within: short(this.raw(node.parent)),
      from: short(this.raw(node)),
      to: short(replacement),
    });
    return id;
  }

  raw(node) {
    return this.source.slice(node.getStart(this.root), node.end);
  }
}

const short = (text) => text.replaceAll(/\s+/g, ' ').slice(0, 160);

/** In the order of the source. */
function childrenOf(node) {
  const children = [];
  ts.forEachChild(node, (child) => void children.push(child));
  return children.sort((a, b) => a.pos - b.pos);
}
