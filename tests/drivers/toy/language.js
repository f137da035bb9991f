// The language of the toy's programs: as much of Python as the scenarios speak, read into a tree.
//
// Statements: pass, raise, assert, import, def and class without parameters, `name = value`, and expressions with
// literals, names, calls, attributes, items, lambda, and a few operators. Everything else is invalid syntax here. The
// reader knows no interpreter: what a tree does is in `evaluation.js`.
"use strict";

const { error } = require("./exceptions.js");
const { text } = require("./values.js");

const TOKEN = /\s*(?:(\d+)|([A-Za-z_]\w*)|('(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*")|(<<|[-+*/()[\]{}:.,;=]))/y;

/** The statements of a program; a mistake is raised with its line, as by a compiler. */
function parse(source) {
  const lines = source.split("\n").map(tokenized).filter((line) => line.tokens.length > 0);
  return new Reader(lines).block(0);
}

function invalid(line) {
  return error("SyntaxError", `invalid syntax (<script>, line ${line})`);
}

function unexpectedIndent(line) {
  return error("IndentationError", `unexpected indent (<script>, line ${line})`);
}

function tokenized(source, index) {
  const line = { number: index + 1, indent: source.search(/\S|$/), tokens: [] };
  const end = source.trimEnd().length;
  for (TOKEN.lastIndex = 0; TOKEN.lastIndex < end;) {
    const found = TOKEN.exec(source);
    if (!found) throw invalid(line.number);
    line.tokens.push({ number: found[1], name: found[2], string: found[3], sign: found[4] });
  }
  return line;
}

const ESCAPES = { n: "\n", r: "\r", t: "\t", 0: "\0" };

function unquoted(literal) {
  return literal.slice(1, -1).replace(/\\(.)/g, (_, letter) => ESCAPES[letter] ?? letter);
}

const KEYWORDS = new Set(("pass raise assert import def class lambda from in is not and or if else elif for while with "
  + "as try except finally return yield del global nonlocal async await break continue").split(" "));
const BINARY = [["<<"], ["+", "-"], ["*", "/"]]; // the weakest first

class Reader {
  constructor(lines) {
    Object.assign(this, { lines, at: 0, tokens: [], line: 1 });
  }

  // Statements.

  /** All lines from here on that are indented as the first one is, and no less than `least`. */
  block(least) {
    const statements = [];
    const indent = this.lines[this.at]?.indent ?? 0;
    while (this.at < this.lines.length && this.lines[this.at].indent >= Math.max(indent, least)) {
      const line = this.lines[this.at++];
      if (line.indent !== indent || (least === 0 && indent > 0)) throw unexpectedIndent(line.number);
      if (indent < least) throw invalid(line.number);
      Object.assign(this, { tokens: [...line.tokens], line: line.number });
      statements.push(...this.simple(indent));
    }
    return statements;
  }

  /** The statements of one line, and of the block that belongs to it. */
  simple(indent) {
    const statements = [];
    do {
      if (this.tokens.length > 0) statements.push({ line: this.line, ...this.statement(indent) });
    } while (this.takes(";"));
    if (this.tokens.length > 0) throw invalid(this.line);
    return statements;
  }

  statement(indent) {
    if (this.takesWord("pass")) return { kind: "pass" };
    if (this.takesWord("raise")) return this.raise();
    if (this.takesWord("assert")) return this.assertion();
    if (this.takesWord("import")) return { kind: "import", name: this.name() };
    if (this.takesWord("def")) return this.definition("def", indent);
    if (this.takesWord("class")) return this.definition("class", indent);
    const target = this.expression();
    if (!this.takes("=")) return { kind: "expression", value: target };
    if (target.kind !== "name") throw invalid(this.line);
    return { kind: "assign", name: target.name, value: this.expression() };
  }

  raise() {
    const value = this.ends() ? null : this.expression();
    const cause = value && this.takesWord("from") ? this.expression() : null;
    return { kind: "raise", value, cause };
  }

  assertion() {
    const test = this.expression();
    return { kind: "assert", test, message: this.takes(",") ? this.expression() : null };
  }

  definition(kind, indent) {
    const name = this.name();
    if (kind === "def") { this.needs("("); this.needs(")"); }
    this.needs(":");
    const body = this.ends() ? this.block(indent + 1) : this.simple(indent);
    if (body.length === 0) throw invalid(this.line);
    return { kind, name, body };
  }

  // Expressions.

  expression() {
    if (!this.takesWord("lambda")) return this.binary(0);
    this.needs(":");
    return { kind: "lambda", body: [{ kind: "return", line: this.line, value: this.expression() }] };
  }

  binary(strength) {
    if (strength === BINARY.length) return this.unary();
    let left = this.binary(strength + 1);
    for (let sign; (sign = BINARY[strength].find((each) => this.takes(each)));) {
      left = { kind: "binary", sign, left, right: this.binary(strength + 1) };
    }
    return left;
  }

  unary() {
    return this.takes("-") ? { kind: "negative", value: this.unary() } : this.trailed(this.atom());
  }

  /** Calls, attributes and items, as many as follow. */
  trailed(value) {
    if (this.takes("(")) return this.trailed({ kind: "call", callee: value, args: this.listed(")") });
    if (this.takes(".")) return this.trailed({ kind: "attribute", of: value, name: this.name() });
    if (!this.takes("[")) return value;
    const key = this.expression();
    this.needs("]");
    return this.trailed({ kind: "item", of: value, key });
  }

  atom() {
    const token = this.tokens.shift() ?? {};
    if (token.number) return { kind: "value", value: BigInt(token.number) };
    if (token.string) return { kind: "value", value: text(unquoted(token.string)) };
    if (token.name && !KEYWORDS.has(token.name)) return { kind: "name", name: token.name };
    if (token.sign === "[") return { kind: "list", items: this.listed("]") };
    if (token.sign === "{") return this.dict();
    if (token.sign === "(") return this.grouped();
    throw invalid(this.line);
  }

  dict() {
    this.needs("}");
    return { kind: "dict" };
  }

  grouped() {
    const value = this.expression();
    this.needs(")");
    return value;
  }

  listed(end) {
    const items = [];
    while (!this.takes(end)) {
      items.push(this.expression());
      if (!this.takes(",") && this.tokens[0]?.sign !== end) throw invalid(this.line);
    }
    return items;
  }

  // Tokens.

  ends() {
    return this.tokens.length === 0 || this.tokens[0].sign === ";";
  }

  takes(sign) {
    return this.tokens[0]?.sign === sign && Boolean(this.tokens.shift());
  }

  takesWord(word) {
    return this.tokens[0]?.name === word && Boolean(this.tokens.shift());
  }

  needs(sign) {
    if (!this.takes(sign)) throw invalid(this.line);
  }

  name() {
    const { name } = this.tokens.shift() ?? {};
    if (!name || KEYWORDS.has(name)) throw invalid(this.line);
    return name;
  }
}

module.exports = { parse };
