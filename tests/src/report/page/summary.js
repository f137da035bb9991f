// The runtimes at a glance: a card for each, with its verdicts and what it covered. It knows totals, not scenarios.

/** A card for each runtime. Its verdicts are buttons: each asks for the scenarios behind it. */
function showSummary(ask) {
  byId("summary").replaceChildren(...DATA.runtimes.map((runtime, at) => card(runtime, DATA.counts[at], ask)));
}

function card(runtime, counts, ask) {
  const given = DATA.words.map((word, rank) => [word, counts[rank]]).filter(([, count]) => count > 0);
  return el(
    "article",
    { class: "card" },
    el("h2", {}, runtime.name, el("small", {}, runtime.version)),
    el("p", { class: "held" }, headline(given), ` · held to edition ${runtime.edition}`),
    bar(given),
    el("ul", { class: "counts" }, given.toReversed().map(([word, count]) => tally(runtime, word, count, ask))),
    el("dl", { class: "coverage" }, runtime.coverage.map(meter)),
  );
}

/** What matters most, in a few words. */
function headline(given) {
  const sum = (wanted) => given.filter(([word]) => wanted(word)).reduce((total, [, count]) => total + count, 0);
  const asked = sum((word) => word !== "skipped" && word !== "not-implemented");
  const wrong = sum(isWrong);
  return el("strong", {}, `${sum(isGood)} of ${asked} pass`, wrong ? `, ${wrong} wrong` : "");
}

function bar(given) {
  const all = given.reduce((sum, [, count]) => sum + count, 0);
  const parts = given.map(([word, count]) => {
    const part = el("span", { class: `v-${word}` });
    part.style.flexGrow = count / all;
    return part;
  });
  return el("div", { class: "bar", "aria-hidden": "true" }, parts);
}

function tally(runtime, word, count, ask) {
  const wanted = { view: "scenarios", runtime: runtime.name, verdict: word, q: "", concept: "" };
  const label = verdictLabel(word);
  const button = el("button", { type: "button", onclick: () => ask(wanted) }, label, el("b", {}, String(count)));
  return el("li", {}, button);
}

/** Rounded down: only all of it is a hundred. */
function meter({ what, covered, all }) {
  const share = all ? Math.floor((100 * covered) / all) : 0;
  const line = el("span", { class: "meter" }, el("i"));
  line.firstChild.style.width = `${share}%`;
  return el("div", {}, el("dt", {}, what), el("dd", {}, line, `${covered} / ${all}`));
}

/** What each sign means. */
function showLegend() {
  const rows = DATA.words.toReversed().map((word) => el("p", {}, verdictLabel(word), el("span", {}, MEANT[word])));
  const note = "A cell shows the worst verdict of the scenarios behind it, and how many of those that were asked pass.";
  byId("legend").querySelector("div").replaceChildren(...rows, el("p", { class: "note" }, note));
}
