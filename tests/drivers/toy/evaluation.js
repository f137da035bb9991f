// What a program of the toy's language does: it binds names in a namespace, or raises.
//
// Every exception carries the frames that it went through, outermost first, for the traceback that a caller is shown.
// This file knows one namespace at a time; interpreters are in `interpreters.js`.
"use strict";

const { ExceptionType, Raised, error, typeNamed } = require("./exceptions.js");
const { Dict, Float, List, Str, Thing, Tuple, isTrue, repr, text, typeName } = require("./values.js");

const LENGTH_MAX = 1 << 24; // of a text that is made: past that the toy finds no memory

class Callable extends Thing {
  constructor(type, perform) {
    super(type);
    this.perform = perform;
  }
}

class Module extends Thing {
  constructor(attributes) {
    super("module");
    this.attributes = attributes;
  }
}

// What every program finds.

function length(value) {
  if (value instanceof Str) return BigInt(value.points.length);
  if (value instanceof Tuple || value instanceof List) return BigInt(value.items.length);
  throw error("TypeError", `object of type '${typeName(value)}' has no len()`);
}

function integer(value) {
  if (typeof value === "bigint") return value;
  if (/^\s*[-+]?\d+\s*$/.test(String(value))) return BigInt(String(value).trim());
  throw error("ValueError", `invalid literal for int() with base 10: ${repr(value)}`);
}

const BUILTINS = new Module({
  __proto__: null,
  int: new Callable("type", integer), len: new Callable("builtin_function_or_method", length),
});
function exit(...args) {
  throw new Raised(typeNamed("SystemExit"), args);
}

const MODULES = {
  __proto__: null,
  sys: new Module({ __proto__: null, exit: new Callable("builtin_function_or_method", exit) }),
};

/** A new `__main__`: the names that every module has, in a map from names to values. */
function freshNamespace() {
  return new Map([
    ["__name__", text("__main__")], ["__doc__", null], ["__package__", null], ["__loader__", null], ["__spec__", null],
    ["__builtins__", BUILTINS],
  ]);
}

/** Runs the statements in the namespace, in a frame of that name. */
function run(statements, globals, frame = "<module>") {
  for (const statement of statements) {
    try {
      const answer = STATEMENTS[statement.kind](statement, globals);
      if (answer !== undefined) return answer;
    } catch (raised) {
      if (raised instanceof Raised) raised.frames.unshift({ line: statement.line, name: frame });
      throw raised;
    }
  }
  return null;
}

/** Statements answer nothing, but for `return`. */
const STATEMENTS = {
  pass() {},
  expression: ({ value }, globals) => void evaluate(value, globals),
  return: ({ value }, globals) => evaluate(value, globals),
  assign: ({ name, value }, globals) => void globals.set(name, evaluate(value, globals)),
  def: ({ name, body }, globals) => void globals.set(name, new Callable("function", () => run(body, globals, name))),
  class: ({ name, body }, globals) => void define(name, body, globals),
  raise: ({ value, cause }, globals) => raise(value && evaluate(value, globals), cause && evaluate(cause, globals)),
  import({ name }, globals) {
    if (!MODULES[name]) throw error("ModuleNotFoundError", `No module named '${name}'`);
    globals.set(name, MODULES[name]);
  },
  assert({ test, message }, globals) {
    if (isTrue(evaluate(test, globals))) return;
    throw new Raised(typeNamed("AssertionError"), message ? [evaluate(message, globals)] : []);
  },
};

/** A class is its own namespace above the others, and nothing more. */
function define(name, body, globals) {
  const own = new Map(globals);
  run(body, own, name);
  globals.set(name, new Callable("type", () => new Thing(name)));
}

function raise(value, cause) {
  if (value === null) throw error("RuntimeError", "No active exception to reraise");
  const raised = exceptionOf(value);
  if (!raised) throw error("TypeError", "exceptions must derive from BaseException");
  raised.cause = cause && exceptionOf(cause);
  throw raised;
}

/** A class of exceptions stands for one without arguments. */
function exceptionOf(value) {
  if (value instanceof ExceptionType) return new Raised(value, []);
  return value instanceof Raised ? value : null;
}

function evaluate(node, globals) {
  return EXPRESSIONS[node.kind](node, globals);
}

const EXPRESSIONS = {
  value: ({ value }) => value,
  list: ({ items }, globals) => new List(items.map((item) => evaluate(item, globals))),
  dict: () => new Dict(),
  name: ({ name }, globals) => lookUp(name, globals),
  lambda: ({ body }, globals) => new Callable("function", () => run(body, globals, "<lambda>")),
  negative: ({ value }, globals) => -evaluate(value, globals),
  binary: ({ sign, left, right }, globals) => OPERATORS[sign](evaluate(left, globals), evaluate(right, globals)),
  call: ({ callee, args }, globals) => call(evaluate(callee, globals), args.map((arg) => evaluate(arg, globals))),
  attribute: ({ of, name }, globals) => attribute(evaluate(of, globals), name),
  item: ({ of, key }, globals) => item(evaluate(of, globals), evaluate(key, globals)),
};

/** In the namespace, and then in what the namespace says are its builtins: those may be anything. */
function lookUp(name, globals) {
  if (name === "True" || name === "False") return name === "True";
  if (name === "None") return null;
  if (globals.has(name)) return globals.get(name);
  const builtins = globals.get("__builtins__");
  if (!(builtins instanceof Module)) throw error("TypeError", `'${typeName(builtins)}' object is not subscriptable`);
  const found = builtins.attributes[name] ?? typeNamed(name);
  if (found === undefined) throw error("NameError", `name '${name}' is not defined`);
  return found;
}

function call(callee, args) {
  if (callee instanceof ExceptionType) return new Raised(callee, args);
  if (callee instanceof Callable) return callee.perform(...args);
  throw error("TypeError", `'${typeName(callee)}' object is not callable`);
}

function attribute(of, name) {
  const found = of instanceof Module ? of.attributes[name] : undefined;
  if (found === undefined) throw error("AttributeError", `'${typeName(of)}' object has no attribute '${name}'`);
  return found;
}

function item(of, key) {
  if (of instanceof Dict) {
    const found = of.get(key);
    if (found === undefined) throw new Raised(typeNamed("KeyError"), [key]);
    return found;
  }
  if (!(of instanceof List)) throw error("TypeError", `'${typeName(of)}' object is not subscriptable`);
  const found = of.items.at(Number(key));
  if (found === undefined) throw error("IndexError", "list index out of range");
  return found;
}

const OPERATORS = {
  "+": (left, right) => left + right,
  "-": (left, right) => left - right,
  "<<": (left, right) => left << right,
  "/"(left, right) {
    if (right === 0n) throw error("ZeroDivisionError", "division by zero");
    return Float.of(Number(left) / Number(right));
  },
  "*"(left, right) {
    if (!(left instanceof Str)) return left * right;
    if (right * BigInt(left.points.length) > LENGTH_MAX) throw error("MemoryError");
    return new Str(Array(Number(right)).fill(left.points).flat());
  },
};

module.exports = { freshNamespace, run };
