// Exceptions as the toy's interpreters raise them: their types, what they say, what they are chained to.
//
// A type is a value with three names and a base, because that is all a snapshot asks. This file knows no interpreter.
"use strict";

const { Str, Thing, Tuple, joined, repr, text, typeName } = require("./values.js");

/** Stands for an attribute that is not there. */
const ABSENT = Symbol("absent");

/** A class of exceptions. The names are values: the module of a class can be anything, or `ABSENT`. */
class ExceptionType extends Thing {
  constructor(name, qualname, module, base) {
    super("type");
    Object.assign(this, { name, qualname, module, base });
  }

  isA(other) {
    return this === other || (this.base !== null && this.base.isA(other));
  }
}

/** An exception that is raised, or could be. It is thrown as it is. */
class Raised extends Thing {
  constructor(kind, args) {
    super(String(kind.name));
    Object.assign(this, { kind, args, cause: null, context: null, suppressed: false, notes: null, frames: [] });
    this.members = null; // of a group
    this.shows = null; // a function that stands for `__str__`
  }
}

/** The toy does not have what was asked for; whoever plays scenarios is told so, and not that something failed. */
class NotImplementedHere extends Error {}

// The types.

const TYPES = new Map();

function define(base, names, module = "builtins") {
  for (const name of names.split(" ")) {
    TYPES.set(name, new ExceptionType(text(name), text(name), text(module), base && TYPES.get(base)));
  }
}

define(null, "BaseException");
define("BaseException", "Exception SystemExit KeyboardInterrupt GeneratorExit BaseExceptionGroup");
define("Exception", "ArithmeticError AssertionError AttributeError BufferError EOFError ImportError LookupError "
  + "MemoryError NameError OSError ReferenceError RuntimeError StopIteration SyntaxError SystemError TypeError "
  + "ValueError Warning ExceptionGroup");
define("ArithmeticError", "OverflowError ZeroDivisionError FloatingPointError");
define("ImportError", "ModuleNotFoundError");
define("LookupError", "IndexError KeyError");
define("RuntimeError", "NotImplementedError RecursionError");
define("ValueError", "UnicodeError");
define("UnicodeError", "UnicodeEncodeError UnicodeDecodeError");
define("SyntaxError", "IndentationError");
define("Exception", "InterpreterError", "concurrent.interpreters");
define("InterpreterError", "InterpreterNotFoundError", "concurrent.interpreters");
define("TypeError", "NotShareableError", "concurrent.interpreters");

/** The type of that name, or undefined. */
function typeNamed(name) {
  return TYPES.get(name);
}

function isBuiltin(type) {
  return type.module instanceof Str && String(type.module) === "builtins";
}

/** A new exception of one of the types above, with one text as its argument, or none. */
function error(name, message = null, links = {}) {
  const made = new Raised(TYPES.get(name), message === null ? [] : [message instanceof Str ? message : text(message)]);
  return Object.assign(made, links);
}

// What an exception says.

/** `str()` of an exception; what its class puts in place of that may raise. */
function said(raised) {
  if (raised.shows) return shown(raised.shows());
  if (raised.members) {
    const count = raised.members.length;
    return joined(raised.args[0], ` (${count} sub-exception${count === 1 ? "" : "s"})`);
  }
  if (raised.kind.isA(TYPES.get("SyntaxError")) && place(raised)) return withPlace(raised);
  if (raised.args.length === 0) return text("");
  if (raised.args.length > 1) return text(repr(new Tuple(raised.args)));
  return raised.kind.isA(TYPES.get("KeyError")) ? text(repr(raised.args[0])) : str(raised.args[0]);
}

function shown(value) {
  if (value instanceof Str) return value;
  throw error("TypeError", `__str__ returned non-string (type ${typeName(value)})`);
}

/** Where a mistake of syntax is, if its arguments say so. */
function place(raised) {
  if (raised.args.length !== 2 || !(raised.args[1] instanceof Tuple)) return null;
  const [file, line, column, source] = raised.args[1].items;
  return { file, line, column, source };
}

function withPlace(raised) {
  const { file, line } = place(raised);
  return joined(str(raised.args[0]), " (", str(file), `, line ${line})`);
}

/** `str()` of any value. */
function str(value) {
  if (value instanceof Str) return value;
  return value instanceof Raised ? said(value) : text(value?.str ? value.str() : repr(value));
}

// Texts that must be UTF-8.

function isSurrogate(point) {
  return point >= 0xd800 && point <= 0xdfff;
}

/** The text itself, if it can be encoded; the error names the first surrogates that follow each other. */
function requireUtf8(string) {
  const start = string.points.findIndex(isSurrogate);
  if (start < 0) return string;
  let end = start;
  while (isSurrogate(string.points[end + 1])) end += 1;
  const where = end > start ? `characters in position ${start}-${end}`
    : `character '\\u${string.points[start].toString(16)}' in position ${start}`;
  throw error("UnicodeEncodeError", `'utf-8' codec can't encode ${where}: surrogates not allowed`);
}

module.exports = {
  ABSENT, ExceptionType, NotImplementedHere, Raised, error, isBuiltin, isSurrogate, place, requireUtf8, said, str,
  typeNamed,
};
