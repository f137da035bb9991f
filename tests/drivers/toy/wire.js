// Values and exceptions as JSON, both ways: what `specs/driver.md` calls the wire.
//
// It knows no verb. What it is asked to make it looks up in `objects.js`; what it cannot write it names by its type.
"use strict";

const { Bytes, Dict, Float, List, Str, Tuple, letterShown, repr, typeName } = require("./values.js");
const { ABSENT, NotImplementedHere, Raised, said } = require("./exceptions.js");
const { MAKERS } = require("./objects.js");

const CHAIN_DEPTH_MAX = 60; // an exception may be its own context: a bound instead of a search for cycles

// Texts. Printable letters are themselves and a backslash is doubled; the rest is escaped, as lone surrogates must be.

const ESCAPE = /\\(\\|[nrt]|x[0-9a-f]{2}|u[0-9a-f]{4}|U[0-9a-f]{8})/gi;
const SHORT = { "\\": "\\", n: "\n", r: "\r", t: "\t" };

function escaped(string) {
  return string.points.map(letterShown).join("");
}

function unescaped(source) {
  const points = [];
  const plain = (part) => { for (const letter of part) points.push(letter.codePointAt(0)); };
  let from = 0;
  for (const found of source.matchAll(ESCAPE)) {
    plain(source.slice(from, found.index));
    const short = SHORT[found[1]];
    points.push(short ? short.codePointAt(0) : parseInt(found[1].slice(1), 16));
    from = found.index + found[0].length;
  }
  plain(source.slice(from));
  return new Str(points);
}

// Values.

const DECODERS = {
  __proto__: null,
  int: (digits) => BigInt(digits),
  float: (shown) => Float.of({ inf: Infinity, "-inf": -Infinity, nan: NaN }[shown] ?? Number(shown)),
  float_bits: (digits) => new Float(BigInt("0x" + digits)),
  str: unescaped,
  bytes: (digits) => new Bytes(Uint8Array.from(Buffer.from(digits, "hex"))),
  tuple: (items) => new Tuple(items.map(decode)),
  list: (items) => new List(items.map(decode)),
  dict: (pairs) => new Dict(pairs.map(([key, value]) => [decode(key), decode(value)])),
};

function decode(wire) {
  if (wire === null || typeof wire === "boolean") return wire;
  if ("make" in wire) return made(wire);
  const [[tag, body]] = Object.entries(wire);
  if (!(tag in DECODERS)) throw new NotImplementedHere(`a ${tag}`);
  return DECODERS[tag](body);
}

/** Some makers take their arguments as they came: what a program raises is made where it runs. */
function made({ make, args }) {
  const maker = MAKERS[make];
  if (!maker) throw new NotImplementedHere(`${make}()`);
  return maker.takesWire ? maker(args, decode) : maker(...args.map(decode));
}

const BITS_OF_NAN = 0x7ff8000000000000n;

function encode(value) {
  if (value === null || typeof value === "boolean") return value;
  if (typeof value === "bigint") return { int: String(value) };
  if (value === ABSENT) return { make: "Absent", args: [] };
  if (value instanceof Str) return { str: escaped(value) };
  if (value instanceof Float) return encodeFloat(value);
  if (value instanceof Bytes) return { bytes: Buffer.from(value.octets).toString("hex") };
  if (value instanceof Tuple) return { tuple: value.items.map(encode) };
  if (value instanceof List) return { list: value.items.map(encode) };
  if (value instanceof Dict) return { dict: value.pairs().map((pair) => pair.map(encode)) };
  if (value.made) return { make: value.made, args: value.parts().map(encode) };
  return { opaque: typeName(value) };
}

function encodeFloat(value) {
  const odd = Number.isNaN(value.number) && value.bits !== BITS_OF_NAN;
  return odd ? { float_bits: value.bits.toString(16).padStart(16, "0") } : { float: repr(value) };
}

// Exceptions.

const ITSELF = { type: "builtins.itself", message: "", cause: null, context: null };

/** The exception with what it is chained to; a context that is the cause is left out. */
function describe(raised, depth = 0) {
  if (raised === null || depth > CHAIN_DEPTH_MAX) return null;
  const { cause, context } = raised;
  const shows = context !== null && context !== cause;
  return {
    type: fullName(raised.kind), message: escaped(said(raised)), cause: describe(cause, depth + 1),
    context: !shows ? null : context === raised ? ITSELF : describe(context, depth + 1),
  };
}

function fullName(type) {
  return `${type.module}.${type.qualname}`;
}

/** What came of it: a value, an exception, or what is missing. Anything else is a mistake of the toy, and ends it. */
function outcomeOf(perform) {
  try {
    return { value: encode(perform()) };
  } catch (failure) {
    if (failure instanceof Raised) return { exception: describe(failure) };
    if (failure instanceof NotImplementedHere) return { not_implemented: `${failure.message} is missing` };
    throw failure;
  }
}

module.exports = { decode, encode, escaped, fullName, outcomeOf, unescaped };
