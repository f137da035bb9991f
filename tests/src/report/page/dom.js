// Elements, icons and the data: what every other part of the page builds on. It knows no view.
"use strict";

const DATA = JSON.parse(document.getElementById("data").textContent);

/** How each verdict reads, from the most harmless to the worst, in the order of DATA.words. */
const SAID = {
  "skipped": "skipped",
  "pass": "passes",
  "repaired": "passes, repaired",
  "not-implemented": "not implemented",
  "expected": "fails as listed",
  "unexpected": "passes, though listed",
  "fail": "fails",
  "protocol": "breaks the protocol",
  "timeout": "no answer in time",
  "crash": "crashes",
};

/** The same where there is little room. */
const SHORT = {
  "skipped": "skipped",
  "pass": "pass",
  "repaired": "repaired",
  "not-implemented": "not impl.",
  "expected": "listed",
  "unexpected": "unlisted",
  "fail": "fail",
  "protocol": "protocol",
  "timeout": "timeout",
  "crash": "crash",
};

/** What each verdict means, for the legend. */
const MEANT = {
  "skipped": "the scenario has nothing to say to the edition",
  "pass": "every call showed what it must",
  "repaired": "the safe reading was seen where the edition has a defect",
  "not-implemented": "the runtime does not claim what the scenario needs",
  "expected": "it goes wrong, and is listed with a reason",
  "unexpected": "it is listed to go wrong, and does not: mend the list",
  "fail": "a call showed something else",
  "protocol": "the driver broke the rules of the conversation",
  "timeout": "a call did not return in time",
  "crash": "the process died",
};

/** A runtime is named by its label everywhere: names alone may be shared by two versions. */
DATA.runtimes.forEach((runtime, at) => (runtime.label = DATA.labels[at]));

const RANK = Object.fromEntries(DATA.words.map((word, rank) => [word, rank]));
const isWrong = (word) => RANK[word] >= RANK.unexpected;
const isGood = (word) => word === "pass" || word === "repaired";

const byId = (id) => document.getElementById(id);

/** An element with attributes and children. A child that is null is left out. */
function el(tag, attributes = {}, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (name in EVENTS) made.addEventListener(EVENTS[name], value);
    else if (value === true) made.setAttribute(name, "");
    else if (value !== false && value != null) made.setAttribute(name, value);
  }
  made.append(...children.flat().filter((child) => child != null));
  return made;
}

const EVENTS = { onclick: "click", ontoggle: "toggle" };

/** The sign of a verdict. The word beside it says the same: signs are hidden from readers of the screen. */
function icon(word) {
  const space = "http://www.w3.org/2000/svg";
  const svg = document.createElementNS(space, "svg");
  svg.setAttribute("class", `icon v-${word}`);
  svg.setAttribute("aria-hidden", "true");
  const use = document.createElementNS(space, "use");
  use.setAttribute("href", `#i-${word}`);
  svg.append(use);
  return svg;
}

/** The sign and the word. */
function verdictLabel(word, texts = SAID) {
  return el("span", { class: `label v-${word}` }, icon(word), texts[word]);
}

/** A text in which what stands between backticks is code. */
function prose(text) {
  return text.split("`").map((piece, index) => (index % 2 ? el("code", {}, piece) : piece));
}

/** Only links to the web and to neighbouring files are made; anything else stays text. */
function link(target, text) {
  const isSafe = /^(https?:\/\/|[^:]*$)/.test(target);
  return isSafe && target ? el("a", { href: target }, text) : el("span", {}, text);
}

function plural(count, noun) {
  return `${count} ${noun}${count === 1 ? "" : "s"}`;
}
