// Which values cross from one interpreter to another, and as what they arrive.
//
// Values of the toy never change, but for lists and dicts, which do not cross: so what arrives may share its parts with
// what was sent, and nobody can tell. This file knows no interpreter.
"use strict";

const { error } = require("./exceptions.js");
const { Converted } = require("./objects.js");
const { Bytes, Float, Str, Tuple, isExactly, repr } = require("./values.js");

const INT_MIN = -(2n ** 63n);
const INT_MAX = 2n ** 63n - 1n;
const DEPTH_MAX = 1000; // of tuples in tuples: the toy walks them by recursion

/** A way to make the value again, somewhere else; raises if it has none. `names` is the dict that it comes from. */
function converted(value, names = null, depth = 0) {
  if (value instanceof Converted) {
    value.convert(names);
    return value.arrive;
  }
  if (isExactly(value, Tuple)) return convertedTuple(value, names, depth);
  if (typeof value === "bigint" && (value < INT_MIN || value > INT_MAX)) {
    throw notShareable(value, error("OverflowError", "try sending as bytes"));
  }
  if (!crossesAsItIs(value)) throw notShareable(value);
  return () => value;
}

function crossesAsItIs(value) {
  return value === null || ["boolean", "bigint"].includes(typeof value)
    || [Str, Bytes, Float].some((kind) => isExactly(value, kind));
}

/** A tuple crosses if all its items do; each level that does not adds an error of its own. */
function convertedTuple(tuple, names, depth) {
  if (depth > DEPTH_MAX) throw error("RecursionError", "maximum recursion depth exceeded while sharing a tuple");
  try {
    const items = tuple.items.map((item) => converted(item, names, depth + 1));
    return () => new Tuple(items.map((item) => item()));
  } catch (cause) {
    throw cause.type === "NotShareableError" ? notShareable(tuple, cause) : cause;
  }
}

function notShareable(value, cause = null) {
  return error("NotShareableError", `${repr(value)} does not support cross-interpreter data`, { cause });
}

/** Whether it crosses: asked of all of it, since an answer that looks at the outside only promises too much. */
function isShareable(value) {
  try {
    converted(value);
    return true;
  } catch (failure) {
    if (failure.type === undefined) throw failure;
    return false;
  }
}

module.exports = { converted, isShareable };
