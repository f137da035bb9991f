// The objects that a scenario can ask for by name, and the programs that are no text.
//
// Ordinary values, odd in one way each. Nothing here knows an interpreter. Whatever is not in `MAKERS` the toy does not
// have, and says so.
"use strict";

const { Bytes, Dict, List, Str, Thing, keyOf, repr, text } = require("./values.js");
const { ABSENT, ExceptionType, Raised, error, typeNamed } = require("./exceptions.js");

/** Shown as a value of the type that it is made of. */
class Wrapped extends Thing {
  constructor(type, value) {
    super(type);
    this.value = value;
  }

  repr() {
    return repr(this.value);
  }
}

class StrSubclass extends Str {
  constructor({ points }) {
    super(points);
    this.type = "StrSubclass";
  }
}

/** A text that no lookup by its letters finds in a dict. */
class OddKey extends Str {
  constructor({ points }) {
    super(points);
    this.type = "OddKey";
    this.identity = this;
  }
}

class DictSubclass extends Dict {
  constructor(type, dict) {
    super(dict.pairs());
    this.type = type;
  }
}

/** To show it would run code of its own, and the safe reading runs none: it is named by its type. */
class Unprintable extends Thing {
  constructor(method, said) {
    super("Unprintable");
    Object.assign(this, { method, said });
  }

  repr() {
    return "<unprintable Unprintable object>";
  }

  str() {
    if (String(this.method) === "str") throw new Raised(typeNamed("KeyError"), [this.said]);
    return "<Unprintable str>";
  }
}

class PySet extends Thing {
  constructor(...items) {
    super("set");
    this.items = [...new Map(items.map((item) => [keyOf(item), item])).values()];
  }

  repr() {
    return this.items.length === 0 ? "set()" : `{${this.items.map(repr).join(", ")}}`;
  }
}

/** An object with a conversion of its own: it arrives as a text, or cannot be made again. */
class Converted extends Thing {
  constructor(type, arrive) {
    super(type);
    this.arrive = arrive;
  }

  /** What happens while it is converted; `names` is the dict that is being read. */
  convert() {}
}

class Meddler extends Converted {
  constructor(action, ...args) {
    super("Meddler", () => text("met"));
    Object.assign(this, { action: String(action), args });
  }

  convert(names) {
    if (this.action === "put") names.set(...this.args);
    else if (this.action === "delete") names.remove(this.args[0]);
    else names.entries.clear();
  }
}

function unreadable() {
  throw error("UnicodeDecodeError", "'utf-8' codec can't decode byte 0xff in position 0: invalid start byte");
}

/** A program that is no text of the language: it raises, or waits at a gate. Others see a text. */
class Program extends Str {
  constructor(parts) {
    super(text("<program>").points);
    this.type = "str";
    Object.assign(this, parts);
  }
}

const MAKERS = {
  __proto__: null,
  Plain: () => new Thing("Plain"),
  IntSubclass: (value) => new Wrapped("IntSubclass", value),
  FloatSubclass: (value) => new Wrapped("FloatSubclass", value),
  BytesSubclass: (value) => new Wrapped("BytesSubclass", value),
  TupleSubclass: (value) => new Wrapped("TupleSubclass", value),
  Indexable: (value) => new Wrapped("Indexable", value),
  StrSubclass: (value) => new StrSubclass(value),
  OddKey: (value) => new OddKey(value),
  DictSubclass: (value) => new DictSubclass("DictSubclass", value),
  OrderedDict: (value) => new DictSubclass("collections.OrderedDict", value),
  MappingProxy: (value) => new Wrapped("mappingproxy", value),
  Unprintable: (method, said) => new Unprintable(method, said),
  Set: (...items) => new PySet(...items),
  Sized: () => new Thing("Sized"),
  ByteArray: (bytes) => new Wrapped("bytearray", bytes ?? new Bytes([])),
  Converted: (value) => new Converted("Converted", () => value),
  Unreadable: () => new Converted("Unreadable", unreadable),
  Meddler: (...args) => new Meddler(...args),
  Repeated: (value, count) => new Str(Array(Number(count)).fill(value.points).flat()),
  Absent: () => ABSENT,
  Gate: (name) => new Program({ gate: String(name) }),
  Raise: withWire((args, decode) => new Program({ raise: (decorate) => raisedBy(args[0], decode, decorate) })),
};

function withWire(maker) {
  return Object.assign(maker, { takesWire: true });
}

// Exceptions on request.

/** Who renders tracebacks in the interpreter at hand, while an exception is being made there. */
let renderer = null;

/** The exception, made where it is raised; `decorate` is told what it does to the renderer of that interpreter. */
function raisedBy(wire, decode, decorate) {
  renderer = null;
  const raised = decode(wire);
  decorate(renderer);
  return raised;
}

function errorNamed(...args) {
  const kind = args[0] instanceof Str ? typeNamed(String(args[0])) : undefined;
  return kind ? new Raised(kind, args.slice(1)) : new Raised(typeNamed("ValueError"), args);
}

function errorOf(module, qualname, name, said, base = text("Exception")) {
  return new Raised(new ExceptionType(name, qualname, module, typeNamed(String(base))), [said]);
}

/** Of a class whose `__str__` is the function. */
function errorAtHome(name, base, shows) {
  const kind = new ExceptionType(text(name), text(name), text("errors"), typeNamed(String(base)));
  return Object.assign(new Raised(kind, []), { shows });
}

function group(type, said, ...members) {
  return Object.assign(new Raised(typeNamed(type), [said]), { members });
}

function note(raised, ...notes) {
  raised.notes ??= new List([]);
  if (!(raised.notes instanceof List)) throw error("TypeError", "Cannot add note: __notes__ is not a list");
  raised.notes.items.push(...notes);
}

/** A maker that changes an exception and gives it back. */
function changing(change) {
  return (raised, ...args) => {
    change(raised, ...args);
    return raised;
  };
}

Object.assign(MAKERS, {
  Error: errorNamed,
  ErrorOf: errorOf,
  ErrorStr: (base, inner) => errorAtHome("ErrorStr", base, () => { throw inner; }),
  ErrorShows: (base, value) => errorAtHome("ErrorShows", base, () => value),
  Group: (said, ...members) => group("ExceptionGroup", said, ...members),
  BaseGroup: (said, ...members) => group("BaseExceptionGroup", said, ...members),
  Noted: changing(note),
  NotesAre: changing((raised, notes) => { raised.notes = notes; }),
  CausedBy: changing((raised, cause) => Object.assign(raised, { cause, suppressed: true })),
  During: changing((raised, context) => { raised.context = context; }),
  Suppressed: changing((raised) => { raised.suppressed = true; }),
  Loop: changing((raised, other) => { [raised.context, other.context] = [other, raised]; }),
  Rendered: changing((_, lines) => { renderer = { lines }; }),
  Unrendered: changing(() => { renderer = { fails: true }; }),
});

module.exports = { Converted, MAKERS, Program, Wrapped };
