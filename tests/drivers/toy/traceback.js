// How a traceback is rendered: causes and contexts first, groups as trees, notes last; and the snapshot it is part of.
//
// A snapshot is all that leaves an interpreter of an exception: texts. This file says which exceptions have none.
"use strict";

const { ABSENT, Raised, error, isBuiltin, isSurrogate, place, said, str, typeNamed } = require("./exceptions.js");
const { List, Str, joined, repr, text } = require("./values.js");

// Snapshots.

const NUL = 0;

/** Whether the value is a text that raw memory can carry: UTF-8, with nothing behind a NUL to be lost. */
function isCarried(value) {
  return value instanceof Str && !value.points.some((point) => point === NUL || isSurrogate(point));
}

/** What the caller is shown of an exception; raises what stands for it if there is no snapshot of it. */
function snapshot(raised, renderer) {
  const memory = typeNamed("MemoryError");
  if (raised.kind.isA(memory)) throw error("MemoryError");
  const { name, qualname, module } = raised.kind;
  const message = attempt(() => said(raised), (failure) => {
    throw failure.kind.isA(memory) ? error("MemoryError") : notTransferred();
  });
  if (![name, qualname, module, message].every(isCarried)) throw notTransferred();
  return shown(raised.kind, message, attempt(() => display(raised, renderer), () => ABSENT));
}

function notTransferred() {
  return error("InterpreterError", "failed to transfer exception between interpreters");
}

function attempt(perform, otherwise) {
  try {
    return perform();
  } catch (failure) {
    if (!(failure instanceof Raised)) throw failure;
    return otherwise(failure);
  }
}

function shown(type, message, rendered) {
  const names = { made: "Type", parts: () => [type.name, type.qualname, type.module] };
  const formatted = joined(title(type), ": ", message);
  return { made: "Snapshot", parts: () => [names, message, formatted, isCarried(rendered) ? rendered : ABSENT] };
}

/** The rendered traceback without its last newline; a program may have put lines of its own in its place. */
function display(raised, renderer) {
  if (renderer?.fails) throw error("ValueError", "will not be rendered");
  const lines = renderer ? renderer.lines.items : rendered(raised, new Set()).map((line) => joined(line, "\n"));
  if (!lines.every((line) => line instanceof Str)) throw error("TypeError", "a line is no text");
  const whole = joined(...lines);
  return new Str(whole.points.at(-1) === 0x0a ? whole.points.slice(0, -1) : whole.points);
}

/** The type as it is shown: its module goes before its name, unless everybody knows where it is from. */
function title(type) {
  const hidden = isBuiltin(type) || String(type.module) === "__main__";
  return hidden ? type.qualname : joined(type.module instanceof Str ? type.module : "<unknown>", ".", type.qualname);
}

// Lines.

const CAUSE = "The above exception was the direct cause of the following exception:";
const CONTEXT = "During handling of the above exception, another exception occurred:";

/** The lines of an exception, after those of what it is chained to; what was shown already is not shown again. */
function rendered(raised, seen, margin = null) {
  seen.add(raised);
  const own = raised.members ? tree(raised, seen, margin) : marked(lines(raised), margin);
  const [before, words] = raised.cause ? [raised.cause, CAUSE] : [raised.suppressed ? null : raised.context, CONTEXT];
  if (!before || seen.has(before)) return own;
  return [...rendered(before, seen, margin), ...marked(["", words, ""], margin), ...own];
}

function marked(given, margin) {
  return margin === null ? given : given.map((line) => joined(margin, "| ", line));
}

function lines(raised, headline = "Traceback (most recent call last):") {
  const frames = raised.frames.map(({ line, name }) => `  File "<script>", line ${line}, in ${name}`);
  return [...(frames.length > 0 ? [headline, ...frames] : []), ...words(raised), ...notes(raised)];
}

/** The type and what it says; a mistake of syntax shows its place instead of naming it. */
function words(raised) {
  const at = raised.kind.isA(typeNamed("SyntaxError")) && place(raised);
  if (at) return [...pointed(at), joined(title(raised.kind), ": ", str(raised.args[0]))];
  const says = attempt(() => said(raised), () => text("<exception str() failed>"));
  return [says.points.length > 0 ? joined(title(raised.kind), ": ", says) : joined(title(raised.kind))];
}

/** Without an end, the marks go to the end of the line. */
function pointed({ file, line, column, source }) {
  const shown = String(source).trim();
  const start = Number(column) - 1 - String(source).search(/\S|$/);
  const marks = " ".repeat(start) + "^".repeat(shown.length - start);
  return [`  File "${file}", line ${line}`, `    ${shown}`, `    ${marks}`];
}

function notes(raised) {
  if (raised.notes === null) return [];
  if (!(raised.notes instanceof List)) return [text(repr(raised.notes))];
  return raised.notes.items.map(str);
}

const GROUP_HEADLINE = "Exception Group Traceback (most recent call last):";

/** A group: its own lines, and each member under a title, two columns further in. */
function tree(raised, seen, margin) {
  const indent = margin ?? "  ";
  const own = marked(lines(raised, GROUP_HEADLINE), indent);
  if (margin === null && raised.frames.length > 0) own[0] = `${indent}+ ${GROUP_HEADLINE}`;
  const members = raised.members.flatMap((member, index) => [
    `${indent}${index === 0 ? "+-" : "  "}+---------------- ${index + 1} ----------------`,
    ...rendered(member, seen, indent + "  "),
  ]);
  const closed = raised.members.at(-1).members !== null; // the tree of the last member closes this one too
  return [...own, ...members, ...(closed ? [] : [`${indent}  +------------------------------------`])];
}

module.exports = { snapshot };
