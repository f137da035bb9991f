// The runtimes at a glance: a line for each, with its verdicts and what it covered. It knows totals, not scenarios.

const WORST_FIRST = DATA.words.toReversed();

/** A card for each runtime, or a line where there is room. Each count asks for the scenarios behind it. */
function showSummary(ask) {
  const cards = DATA.runtimes.map((runtime, at) => card(runtime, DATA.counts[at], ask));
  const covered = Math.max(1, ...DATA.runtimes.map((runtime) => runtime.coverage.length));
  byId("summary").style.setProperty("--covered", covered);
  byId("summary").replaceChildren(summaryHead(), ...cards);
}

function summaryHead() {
  const words = WORST_FIRST.map((word) => el("span", { class: `v-${word}` }, icon(word), SHORT[word]));
  const kinds = (DATA.runtimes[0]?.coverage ?? []).map(({ what }) => el("span", {}, `${what} covered`));
  return el("div", { class: "head", "aria-hidden": "true" }, el("span", {}, "runtime"), el("span"), words, kinds);
}

function card(runtime, counts, ask) {
  const given = DATA.words.map((word, rank) => [word, counts[rank]]);
  return el(
    "article",
    { class: "card" },
    cardTitle(runtime, given),
    bar(given),
    given.toReversed().map(([word, count]) => tally(runtime, word, count, ask)),
    runtime.coverage.map(meter),
  );
}

function cardTitle(runtime, given) {
  const meant = "its version, and the edition that it is held to";
  const versions = el("small", { title: meant }, `${runtime.version} as ${runtime.edition}`);
  return el("div", { class: "title" }, el("h2", {}, runtime.name, versions), headline(given));
}

/** What matters most, in a few words. */
function headline(given) {
  const sum = (wanted) => given.filter(([word]) => wanted(word)).reduce((total, [, count]) => total + count, 0);
  const asked = sum((word) => word !== "skipped" && word !== "not-implemented");
  const wrong = sum(isWrong);
  const passed = el("strong", {}, `${sum(isGood)} of ${asked}`);
  return el("p", { class: "held" }, passed, " pass", wrong ? `, ${wrong} wrong` : "");
}

function bar(given) {
  const parts = given.filter(([, count]) => count > 0).map(([word, count]) => {
    const part = el("span", { class: `v-${word}` });
    part.style.flexGrow = count;
    return part;
  });
  return el("div", { class: "bar", "aria-hidden": "true" }, parts);
}

function tally(runtime, word, count, ask) {
  if (count === 0) return el("span", { class: "tally none", "aria-hidden": "true" }, "·");
  const wanted = { view: "scenarios", runtime: runtime.label, verdict: word, q: "", concept: "" };
  const label = `${count} of ${runtime.label}: ${SAID[word]}`;
  const attributes = { type: "button", class: "tally", "aria-label": label, title: label, onclick: () => ask(wanted) };
  return el("button", attributes, verdictLabel(word, SHORT), el("b", {}, String(count)));
}

/** Rounded down: only all of it is a hundred. */
function meter({ what, covered, all }) {
  const share = all ? Math.floor((100 * covered) / all) : 0;
  const line = el("span", { class: "meter" }, el("i"));
  line.firstChild.style.width = `${share}%`;
  return el("div", { class: "coverage" }, el("span", {}, what), line, el("span", {}, `${covered} / ${all}`));
}

/** What each sign means. */
function showLegend() {
  const rows = WORST_FIRST.map((word) => el("p", {}, verdictLabel(word), el("span", {}, MEANT[word])));
  const note = "A cell shows the worst verdict of the scenarios behind it, and how many of those that were asked pass.";
  byId("legend").querySelector("div").replaceChildren(...rows, el("p", { class: "note" }, note));
}
