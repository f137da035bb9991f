// The values that the toy's language has, and what every message needs of them: type names, `repr`, equality, truth.
//
// None, True and False are JavaScript's own null, true and false, and an int is a BigInt. Everything else is a class of
// this file, or of `objects.js`. A text is a list of code points, because a JavaScript string cannot hold two halves of
// a pair side by side without joining them. This file knows no interpreter and no wire.
"use strict";

/** A text: code points, lone surrogates among them. */
class Str {
  constructor(points) {
    this.points = points;
  }

  /** As a JavaScript string; only for texts that are known to have no surrogates, and for those that are shown. */
  toString() {
    return this.points.map((point) => String.fromCodePoint(point)).join("");
  }
}

/** A double by its bits: JavaScript keeps neither the sign nor the payload of a NaN. */
class Float {
  constructor(bits) {
    this.bits = bits;
  }

  static of(number) {
    const view = new DataView(new ArrayBuffer(8));
    view.setFloat64(0, number);
    return new Float(view.getBigUint64(0));
  }

  get number() {
    const view = new DataView(new ArrayBuffer(8));
    view.setBigUint64(0, this.bits);
    return view.getFloat64(0);
  }
}

class Bytes {
  constructor(octets) {
    this.octets = octets;
  }
}

class Tuple {
  constructor(items) {
    this.items = items;
  }
}

class List {
  constructor(items) {
    this.items = items;
  }
}

/** Keys and values in the order of insertion; a key that comes again keeps its first place and has the last value. */
class Dict {
  constructor(pairs = []) {
    this.entries = new Map();
    pairs.forEach(([key, value]) => this.set(key, value));
  }

  set(key, value) {
    const known = this.entries.get(keyOf(key));
    this.entries.set(keyOf(key), [known ? known[0] : key, value]);
  }

  get(key) {
    const found = this.entries.get(keyOf(key));
    return found && found[1];
  }

  remove(key) {
    this.entries.delete(keyOf(key));
  }

  pairs() {
    return [...this.entries.values()];
  }
}

/** Whatever has no literal: `type` is the name of its type, `repr()` how it is shown. Most are the driver's own. */
class Thing {
  constructor(type) {
    this.type = type;
  }

  repr() {
    return `<driver.${this.type} object at 0x1>`;
  }
}

/** A text from a JavaScript string. */
function text(string) {
  return new Str(Array.from(string, (letter) => letter.codePointAt(0)));
}

/** One text out of texts and strings. */
function joined(...parts) {
  return new Str(parts.flatMap((part) => (part instanceof Str ? part : text(part)).points));
}

/** What two equal keys of a dict have in common; True, 1 and 1.0 are one key. */
function keyOf(value) {
  if (value instanceof Str) return value.identity ?? `text ${value.points}`;
  if (typeof value === "boolean") return `number ${Number(value)}`;
  if (value instanceof Float && Number.isInteger(value.number)) return `number ${BigInt(value.number)}`;
  if (typeof value === "bigint") return `number ${value}`;
  return value instanceof Thing ? value : `${typeName(value)} ${repr(value)}`;
}

const NAMES = [[Str, "str"], [Float, "float"], [Bytes, "bytes"], [Tuple, "tuple"], [List, "list"], [Dict, "dict"]];

/** The name of the value's type. */
function typeName(value) {
  if (value === null) return "NoneType";
  if (typeof value === "boolean") return "bool";
  if (typeof value === "bigint") return "int";
  return value.type ?? NAMES.find(([kind]) => value instanceof kind)[1];
}

/** Whether the value's type is exactly this one: a subclass of a type is not converted as the type is. */
function isExactly(value, kind) {
  return value !== null && value.constructor === kind;
}

function isTrue(value) {
  if (value === null || value === false || value === 0n) return false;
  if (value instanceof Str) return value.points.length > 0;
  if (value instanceof Float) return value.number !== 0;
  if (value instanceof Bytes) return value.octets.length > 0;
  if (value instanceof Tuple || value instanceof List) return value.items.length > 0;
  return value instanceof Dict ? value.entries.size > 0 : true;
}

// How values are shown.

/** As Python shows it, as a JavaScript string: nothing unprintable is left in it. */
function repr(value) {
  if (value === null) return "None";
  if (typeof value === "boolean") return value ? "True" : "False";
  if (value instanceof Thing) return value.repr();
  if (value instanceof Str) return quoted(value.points, letterShown);
  if (value instanceof Float) return reprFloat(value.number);
  if (value instanceof Bytes) return "b" + quoted([...value.octets], octetShown);
  if (value instanceof Tuple) return `(${value.items.map(repr).join(", ")}${value.items.length === 1 ? "," : ""})`;
  if (value instanceof List) return `[${value.items.map(repr).join(", ")}]`;
  if (value instanceof Dict) return `{${value.pairs().map(([key, it]) => `${repr(key)}: ${repr(it)}`).join(", ")}}`;
  return String(value);
}

const [SINGLE, DOUBLE, BACKSLASH] = [0x27, 0x22, 0x5c];

/** In single quotes, unless it has such and no double ones. */
function quoted(units, shown) {
  const quote = units.includes(SINGLE) && !units.includes(DOUBLE) ? DOUBLE : SINGLE;
  const one = (unit) => (unit === quote ? "\\" + String.fromCharCode(unit) : shown(unit));
  const mark = String.fromCharCode(quote);
  return mark + units.map(one).join("") + mark;
}

const SHORT = new Map([[BACKSLASH, "\\\\"], [0x0a, "\\n"], [0x0d, "\\r"], [0x09, "\\t"]]);

function octetShown(octet) {
  if (SHORT.has(octet)) return SHORT.get(octet);
  return octet >= 0x20 && octet < 0x7f ? String.fromCharCode(octet) : "\\x" + hex(octet, 2);
}

/** One code point as it is shown in a text: itself if it is printable, and an escape if not. */
function letterShown(point) {
  if (SHORT.has(point)) return SHORT.get(point);
  const letter = String.fromCodePoint(point);
  if (letter === " " || !/[\p{C}\p{Z}]/u.test(letter)) return letter;
  if (point <= 0xff) return "\\x" + hex(point, 2);
  return point <= 0xffff ? "\\u" + hex(point, 4) : "\\U" + hex(point, 8);
}

function hex(number, width) {
  return number.toString(16).padStart(width, "0");
}

/** The shortest digits that give the same double are JavaScript's too; where the exponent begins is not. */
function reprFloat(number) {
  if (Number.isNaN(number)) return "nan";
  if (!Number.isFinite(number)) return number > 0 ? "inf" : "-inf";
  const sign = number < 0 || Object.is(number, -0) ? "-" : "";
  const [digits, exponent] = Math.abs(number).toExponential().split("e");
  return sign + positional(digits.replace(".", ""), Number(exponent));
}

function positional(digits, exponent) {
  if (exponent < -4 || exponent >= 16) {
    const fraction = digits.length > 1 ? "." + digits.slice(1) : "";
    return `${digits[0]}${fraction}e${exponent < 0 ? "-" : "+"}${String(Math.abs(exponent)).padStart(2, "0")}`;
  }
  if (exponent < 0) return "0." + "0".repeat(-exponent - 1) + digits;
  const padded = digits.padEnd(exponent + 1, "0");
  return `${padded.slice(0, exponent + 1)}.${padded.slice(exponent + 1) || "0"}`;
}

module.exports = {
  Bytes, Dict, Float, List, Str, Thing, Tuple, isExactly, isTrue, joined, keyOf, letterShown, repr, text, typeName,
};
