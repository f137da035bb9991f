// How a call's arguments become named ones, and what is said when they do not fit.
//
// The words and their order are those of CPython's own parser, by which scenarios that need `arguments` know a port. A
// row gives the name by which messages call the operation, its parameters (`?` marks those that may be left out), how
// many may be given by position, the types that the parser itself asks for, and what all other names are given as.
"use strict";

const { error } = require("./exceptions.js");
const { Dict, Str, typeName } = require("./values.js");

const SIGNATURES = {
  __proto__: null,
  create: ["create", ["config?", "reqrefs?"], 1],
  destroy: ["destroy", ["id", "restrict?"], 1],
  whence: ["whence", ["id"], 1],
  is_running: ["is_running", ["id", "restrict?"], 1],
  is_shareable: ["is_shareable", ["obj"], 1],
  incref: ["incref", ["id", "implieslink?", "restrict?"], 1],
  decref: ["decref", ["id", "restrict?"], 1],
  get_config: ["get_config", ["id", "restrict?"], 1],
  list_all: ["_interpreters.list_all", ["require_ready?"], 0],
  new_config: ["_interpreters.new_config", ["name?"], 1, {}, "overrides"],
  set___main___attrs: ["_interpreters.set___main___attrs", ["id", "updates", "restrict?"], 2,
    { updates: [Dict, "dict"] }],
  exec: ["_interpreters.exec", ["id", "code", "shared?", "restrict?"], 3, { shared: [Dict, "dict"] }],
  run_string: ["_interpreters.run_string", ["id", "script", "shared?", "restrict?"], 3,
    { script: [Str, "str"], shared: [Dict, "dict"] }],
  get_current: ["_interpreters.get_current", [], 0],
  get_main: ["_interpreters.get_main", [], 0],
};

/** Whether the runtime has an operation of that name. */
function isOperation(name) {
  return name in SIGNATURES;
}

/** The arguments by name; those that were left out are not there. */
function parsed(operation, args, kwargs) {
  const others = SIGNATURES[operation][4];
  if (others) return { ...parsedNames(SIGNATURES[operation], args, {}), [others]: kwargs };
  return parsedNames(SIGNATURES[operation], args, kwargs);
}

function parsedNames([title, parameters, positional, types = {}], args, kwargs) {
  const names = parameters.map((name) => name.replace("?", ""));
  const required = parameters.filter((name) => !name.endsWith("?")).length;
  if (names.length === 0) return takesNothing(title, args, kwargs);
  refuseTooMany(title, args.length, Object.keys(kwargs).length, names.length);
  const given = {};
  names.forEach((name, index) => {
    if (index === positional && args.length > positional) throw byNameOnly(title, positional, args.length);
    if (index < args.length) given[name] = args[index];
    else if (name in kwargs) given[name] = kwargs[name];
    else if (index < required) throw wrong(`${title}() missing required argument '${name}' (pos ${index + 1})`);
    if (name in given && types[name]) check(title, index, given[name], types[name]);
  });
  refuseOthers(title, names, args, kwargs);
  return given;
}

function wrong(message) {
  return error("TypeError", message);
}

function plural(count, noun) {
  return `${noun}${count === 1 ? "" : "s"}`;
}

function takesNothing(title, args, kwargs) {
  if (Object.keys(kwargs).length > 0) throw wrong(`${title}() takes no keyword arguments`);
  if (args.length > 0) throw wrong(`${title}() takes no arguments (${args.length} given)`);
  return {};
}

function refuseTooMany(title, given, named, most) {
  const total = given + named;
  if (total <= most) return;
  const kind = given === 0 ? "keyword " : "";
  throw wrong(`${title}() takes at most ${most} ${kind}${plural(most, "argument")} (${total} given)`);
}

/** Noticed when the parser gets to the first that has a name only: what is wrong before is said first. */
function byNameOnly(title, positional, given) {
  if (positional === 0) return wrong(`${title}() takes no positional arguments`);
  return wrong(`${title}() takes at most ${positional} positional ${plural(positional, "argument")} (${given} given)`);
}

function check(title, index, value, [type, expected]) {
  if (value instanceof type) return;
  const found = value === null ? "None" : typeName(value);
  throw wrong(`${title}() argument ${index + 1} must be ${expected}, not ${found}`);
}

/** Names that stand for an argument given already, and then names that nobody knows. */
function refuseOthers(title, names, args, kwargs) {
  const twice = names.findIndex((name, index) => index < args.length && name in kwargs);
  if (twice >= 0) throw wrong(`argument for ${title}() given by name ('${names[twice]}') and position (${twice + 1})`);
  const other = Object.keys(kwargs).find((name) => !names.includes(name));
  if (other !== undefined) throw wrong(`${title}() got an unexpected keyword argument '${other}'`);
}

module.exports = { isOperation, parsed };
