// The toy runtime: isolated interpreters in one process, and the operations on them.
//
// Every operation is told which thread performs it, since a thread is always in one interpreter. Ids are given once. An
// interpreter runs the main program of one thread at a time, and the main interpreter always runs its own. Operations
// that run a program are generators: what they yield is a gate, at which the thread waits. Where CPython 3.14 has a
// known defect, the safe reading is taken. This file knows no wire.
"use strict";

const { isUtf8 } = require("node:buffer");

const configuration = require("./configuration.js");
const { converted, isShareable } = require("./conversion.js");
const { freshNamespace, run } = require("./evaluation.js");
const { Raised, error, requireUtf8 } = require("./exceptions.js");
const { parse } = require("./language.js");
const { Program, Wrapped } = require("./objects.js");
const { snapshot } = require("./traceback.js");
const { Bytes, Dict, List, Str, Tuple, isExactly, isTrue, repr, text, typeName } = require("./values.js");

const BY_RUNTIME = 1n; // who made an interpreter: the runtime itself, or the module of these operations
const BY_MODULE = 5n;
const ID_MAX = 2n ** 63n - 1n;

class Interpreter {
  constructor(id, whence, config) {
    Object.assign(this, { id, whence, config, running: false, references: 0, linked: false, renderer: null });
    this.namespace = freshNamespace();
  }

  /** The id and who made it, as operations answer them. */
  described() {
    return new Tuple([this.id, this.whence]);
  }
}

/** A thread of the process: it is in one interpreter, and comes back to where it was. */
class Thread {
  constructor(interpreter) {
    this.interpreter = interpreter;
  }
}

class Runtime {
  constructor() {
    this.main = new Interpreter(0n, BY_RUNTIME, configuration.ofMain());
    this.main.running = true;
    this.interpreters = new Map([[0n, this.main]]);
    this.next = 1n;
  }

  newThread() {
    return new Thread(this.main);
  }

  // Life.

  create(thread, { config, reqrefs }) {
    const fields = configuration.given(config);
    const id = this.next++; // used up from here on, whatever happens
    configuration.requireConsistent(fields);
    const interpreter = new Interpreter(id, BY_MODULE, fields);
    interpreter.linked = isTrue(reqrefs ?? null);
    this.interpreters.set(id, interpreter);
    return id;
  }

  destroy(thread, { id, restrict }) {
    const interpreter = this.resolve(id, "destroy", restrict);
    if (interpreter === thread.interpreter) throw interpreterError("cannot destroy the current interpreter");
    this.end(interpreter);
    return null;
  }

  /** It is taken out before anybody else can find it; a thread that runs in it would be left nowhere. */
  end(interpreter) {
    if (interpreter.running) throw interpreterError("interpreter running");
    this.interpreters.delete(interpreter.id);
  }

  // Questions.

  get_current(thread) {
    return thread.interpreter.described();
  }

  get_main() {
    return this.main.described();
  }

  list_all() {
    return new List([...this.interpreters.values()].map((interpreter) => interpreter.described()));
  }

  whence(thread, { id }) {
    return this.resolve(id).whence;
  }

  is_running(thread, { id, restrict }) {
    return this.resolve(id, "check if running for", restrict).running;
  }

  is_shareable(thread, { obj }) {
    return isShareable(obj);
  }

  new_config(thread, { name, overrides }) {
    return configuration.changed(name, overrides);
  }

  /** Without an id, that of the interpreter that asks. */
  get_config(thread, { id, restrict }) {
    const label = "get the config of";
    if (id !== null) return new configuration.Settings(this.resolve(id, label, restrict).config);
    this.refuseForeign(thread.interpreter, label, restrict, "current interpreter");
    return new configuration.Settings(thread.interpreter.config);
  }

  // References to an id: the last one ends an interpreter that is linked to them.

  incref(thread, { id, implieslink, restrict }) {
    const interpreter = this.resolve(id, "incref", restrict);
    interpreter.references += 1;
    interpreter.linked ||= isTrue(implieslink ?? null);
    return null;
  }

  decref(thread, { id, restrict }) {
    const interpreter = this.resolve(id, "decref", restrict);
    if (interpreter.references === 0) throw interpreterError(`interpreter ${interpreter.id} has no id references`);
    if (interpreter.references === 1 && interpreter.linked) this.end(interpreter); // refused, it keeps its reference
    interpreter.references -= 1;
    return null;
  }

  // Programs and names.

  *exec(thread, { id, code, shared, restrict }, label = "exec code for") {
    const interpreter = this.resolve(id, label, restrict);
    const program = compiled(code);
    const names = namespaceOf(shared ?? new Dict());
    return yield* this.visit(thread, interpreter, () => runs(interpreter, names, program));
  }

  *run_string(thread, { id, script, shared, restrict }) {
    return yield* this.exec(thread, { id, code: script, shared, restrict }, "run a string in");
  }

  *set___main___attrs(thread, { id, updates, restrict }) {
    const interpreter = this.resolve(id, "update __main__ for", restrict);
    if (updates.entries.size === 0) throw error("ValueError", "arg 2 must be a non-empty dict");
    const names = namespaceOf(updates);
    return yield* this.visit(thread, interpreter, function* () {
      apply(names, interpreter);
      return null;
    });
  }

  /** Lets the thread run main there for as long as the visit lasts; one thread at a time may. */
  *visit(thread, interpreter, stay) {
    if (interpreter.running) throw interpreterError("interpreter already running");
    const home = thread.interpreter;
    Object.assign(interpreter, { running: true });
    thread.interpreter = interpreter;
    try {
      return yield* stay();
    } finally {
      thread.interpreter = home;
      interpreter.running = false;
    }
  }

  // From an id to an interpreter.

  resolve(id, label, restrict) {
    const interpreter = this.lookUp(id);
    this.refuseForeign(interpreter, label, restrict, `interpreter ${interpreter.id}`);
    return interpreter;
  }

  lookUp(id) {
    const number = idOf(id);
    const interpreter = this.interpreters.get(number);
    if (!interpreter) throw error("InterpreterNotFoundError", `unrecognized interpreter ID ${number}`);
    return interpreter;
  }

  /** With `restrict`, only what the module made is touched. */
  refuseForeign(interpreter, label, restrict, title) {
    if (!isTrue(restrict ?? null) || interpreter.whence === BY_MODULE) return;
    throw interpreterError(`cannot ${label} unrecognized ${title}`);
  }
}

function interpreterError(message) {
  return error("InterpreterError", message);
}

const INDEXES = ["Indexable", "IntSubclass"];

/** An id is an int, or what can stand for one. */
function idOf(value) {
  const number = typeof value === "boolean" ? BigInt(value) : INDEXES.includes(value?.type) ? value.value : value;
  if (typeof number !== "bigint") throw error("TypeError", `interpreter ID must be an int, got ${typeName(value)}`);
  if (number > ID_MAX || number < -ID_MAX - 1n) throw error("OverflowError", "int too big to convert");
  if (number < 0n) throw error("ValueError", `interpreter ID must be a non-negative int, got ${number}`);
  return number;
}

// Programs.

/** Read before anybody switches: what is no program is refused where it was given. */
function compiled(code) {
  if (code instanceof Program) return code;
  if (code instanceof Bytes) return compiled(decoded(code));
  if (code instanceof Wrapped && code.type === "bytearray") return compiled(code.value);
  if (!(code instanceof Str)) throw error("TypeError", `unsupported script ${repr(code)}`);
  if (requireUtf8(code).points.includes(0)) throw error("SyntaxError", "source code string cannot contain null bytes");
  return { statements: parse(String(code)) };
}

const NOT_UTF8 = "but no encoding declared; see https://peps.python.org/pep-0263/ for details (<script>, line 1)";

/** A script may be bytes, if they are UTF-8. */
function decoded({ octets }) {
  const source = Buffer.from(octets);
  if (isUtf8(source)) return text(source.toString());
  const shown = repr(new Bytes(octets.filter((octet) => octet > 0x7f).slice(0, 1))).slice(2, -1);
  throw error("SyntaxError", `Non-UTF-8 code starting with '${shown}' on line 1, ${NOT_UTF8}`);
}

/** Binds the names and runs the program; an exception leaves the interpreter as a snapshot. */
function* runs(interpreter, names, program) {
  apply(names, interpreter);
  if (program.gate !== undefined) yield program.gate;
  try {
    if (program.statements) run(program.statements, interpreter.namespace);
    if (program.raise) throw raisedIn(interpreter, program);
  } catch (raised) {
    if (!(raised instanceof Raised)) throw raised;
    return snapshot(raised, interpreter.renderer);
  }
  return null;
}

/** What the program raises, on its first line. What it does to the renderer stays until the next one is made. */
function raisedIn(interpreter, program) {
  const raised = program.raise((renderer) => { interpreter.renderer = renderer; });
  raised.frames.unshift({ line: 1, name: "<module>" });
  return raised;
}

// Names on their way into a `__main__`.

/** All names first, then all values, both as the dict has them now: nothing that a conversion does changes them. */
function namespaceOf(dict) {
  if (dict.entries.size === 0) return [];
  if (!isExactly(dict, Dict)) throw noSequence(dict);
  const pairs = dict.pairs().map(([key, value]) => [nameOf(key), value]);
  return pairs.map(([name, value]) => [name, converted(value, dict)]);
}

function noSequence(dict) {
  if (dict.type === "DictSubclass") return error("NotImplementedError", "non-sequence namespace not supported");
  return error("TypeError", `${dict.type} is not a sequence`);
}

function nameOf(key) {
  if (!(key instanceof Str)) throw error("TypeError", "bad argument type for built-in operation");
  if (requireUtf8(key).points.includes(0)) throw error("ValueError", "found embedded NULL character");
  return String(key);
}

/** All values are made before the first is bound: what cannot be made leaves the target as it was. */
function apply(names, interpreter) {
  const bound = attempt(() => names.map(([name, arrive]) => [name, arrive()]));
  bound.forEach(([name, value]) => interpreter.namespace.set(name, value));
}

/** The error of the target cannot leave it: another one stands for it. */
function attempt(make) {
  try {
    return make();
  } catch (raised) {
    if (!(raised instanceof Raised)) throw raised;
    const context = interpreterError(`${raised.kind.qualname}: ${raised.args[0]}`);
    throw error("InterpreterError", "failed to apply namespace to __main__", { context });
  }
}

/** What was bound in the `__main__` where the thread is, but for the names of every module. */
function boundIn({ namespace }) {
  const pairs = [...namespace].filter(([name]) => !name.startsWith("__"));
  return new List(pairs.map(([name, value]) => new Tuple([text(name), value])));
}

module.exports = { Runtime, boundIn };
