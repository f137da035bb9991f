// Configurations of interpreters: by name, or by an object with fields, which are checked one by one.
//
// The toy keeps what an interpreter was made with and does nothing with it. All mistakes are found before there is an
// interpreter, but for the one contradiction that only its creation notices.
"use strict";

const { error, requireUtf8 } = require("./exceptions.js");
const { MAKERS } = require("./objects.js");
const { Dict, Str, Thing, Tuple, repr, text } = require("./values.js");

const FLAGS = ["use_main_obmalloc", "allow_fork", "allow_exec", "allow_threads", "allow_daemon_threads",
  "check_multi_interp_extensions"];
const LOCKS = ["default", "shared", "own"];
const LOCK_LENGTH_MAX = 19; // letters that fit where the C code keeps the word

const NAMED = {
  __proto__: null,
  isolated: [false, false, false, true, false, true, "own"],
  legacy: [true, true, true, true, true, false, "shared"],
  empty: [false, false, false, false, false, false, "default"],
  main: [true, true, true, true, true, false, "own"],
};
const DEFAULTS = { __proto__: null, "": "isolated", default: "isolated" };

/** A configuration as programs see it; `fields` is a dict from texts to values. */
class Settings extends Thing {
  constructor(fields) {
    super("types.SimpleNamespace");
    this.fields = fields;
    this.made = "Settings";
    this.parts = () => [fields];
  }
}

function fieldsOf(name) {
  const values = NAMED[name];
  const pairs = FLAGS.map((key, index) => [text(key), values[index]]);
  return new Dict([...pairs, [text("gil"), text(values.at(-1))]]);
}

/** The configuration of the process's first interpreter. */
function ofMain() {
  return fieldsOf("main");
}

function named(name) {
  const known = DEFAULTS[name] ?? String(name);
  if (known === "main" || !(known in NAMED)) throw error("ValueError", `unsupported config name ${repr(name)}`);
  return fieldsOf(known);
}

/** A new configuration, and what is to be different in it. */
function changed(name, overrides) {
  const fields = named(name ?? text(""));
  Object.entries(overrides).forEach(([key, value]) => fields.set(text(key), value));
  return new Settings(checked(fields));
}

/** The fields of whatever a creation was given. */
function given(config) {
  if (config === null || config === undefined) return named(text(""));
  if (config instanceof Str) return named(config);
  if (config instanceof Settings) return checked(config.fields);
  if (config.type === "Plain") return checked(new Dict());
  throw error("TypeError", `bad config ${repr(config)}`);
}

/** The same fields, each of its type, none missing and none too many. */
function checked(fields) {
  const kept = new Dict(FLAGS.map((name) => [text(name), flag(fields, name)]));
  kept.set(text("gil"), lock(fields));
  const extra = fields.pairs().filter(([key]) => kept.get(key) === undefined);
  if (extra.length === 0) return kept;
  const items = extra.length === 1 ? "item" : "items";
  throw error("ValueError", `config dict has ${extra.length} extra ${items} (${repr(new Dict(extra))})`);
}

function found(fields, name) {
  const value = fields.get(text(name));
  if (value === undefined) throw error("ValueError", `missing config key: ${name}`);
  return value;
}

function flag(fields, name) {
  const value = found(fields, name);
  if (typeof value !== "boolean") throw error("TypeError", `invalid config type: ${name}`);
  return value;
}

/** The word for the lock, as far as its first NUL and as much as fits. */
function lock(fields) {
  const value = found(fields, "gil");
  if (!(value instanceof Str)) throw error("TypeError", "invalid config type: gil");
  const word = String(requireUtf8(value)).split("\0")[0].slice(0, LOCK_LENGTH_MAX);
  if (!LOCKS.includes(word)) throw error("ValueError", `unsupported interpreter config .gil value '${word}'`);
  return text(word);
}

const OBMALLOC = "init_interp_settings: per-interpreter obmalloc does not support single-phase init extension modules";

/** Raises if the fields contradict each other, which shows only when an interpreter is made of them. */
function requireConsistent(fields) {
  if (fields.get(text("use_main_obmalloc")) || fields.get(text("check_multi_interp_extensions"))) return;
  const reason = error("RuntimeError", OBMALLOC);
  const failed = error("InterpreterError", "sub-interpreter creation failed", { context: reason });
  throw error("InterpreterError", "interpreter creation failed", { context: failed });
}

// Configurations that scenarios ask for.

Object.assign(MAKERS, {
  Config(name, overrides = new Dict(), without = new Tuple([])) {
    const fields = named(name);
    overrides.pairs().forEach(([key, value]) => fields.set(key, value));
    without.items.forEach((key) => fields.remove(key));
    return new Settings(fields);
  },
  Configured: (name, extra) => MAKERS.Config(name, extra),
  Nested(depth) {
    let nested = new Tuple([]);
    for (let level = 0n; level < depth; level++) nested = new Tuple([nested]);
    return nested;
  },
});

module.exports = { Settings, changed, given, ofMain, requireConsistent };
