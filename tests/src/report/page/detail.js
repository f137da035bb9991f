// What is behind a cell: the rule or the scenario, and what came of it. It knows the dialog, and no view.

/** Fills the dialog with what `open` names: "rule:ID@RUNTIME" or "scenario:NAME@RUNTIME". No runtime means all. */
function fillDetail(dialog, open, go) {
  const [, kind, id, name] = /^(rule|scenario):([^@]*)(?:@(.*))?$/.exec(open) ?? [];
  const at = DATA.runtimes.findIndex((runtime) => runtime.label === name);
  const body = kind === "rule" ? ruleDetail(id, at, go) : kind === "scenario" ? scenarioDetail(id, at, go) : null;
  if (!body) return false;
  const close = el("button", { type: "button", class: "close", onclick: () => dialog.close() }, "Close");
  dialog.replaceChildren(el("div", { class: "sheet" }, close, body));
  dialog.querySelector(".sheet").scrollTop = 0;
  return true;
}

function ruleDetail(id, at, go) {
  const rule = RULES.get(id);
  if (!rule) return null;
  const scenarios = SCENARIOS_OF.get(id);
  const runtimes = at < 0 ? DATA.runtimes.map((_, index) => index) : [at];
  const pairs = runtimes.flatMap((runtime) => scenarios.map((scenario) => ({ runtime, scenario })));
  pairs.sort((a, b) => rankOf(b) - rankOf(a));
  const nothing = el("p", {}, "No scenario exercises this rule.");
  return [
    el("h2", { id: "detail-title" }, rule.id),
    el("p", {}, prose(rule.title)),
    el("p", { class: "soft" }, at < 0 ? "all runtimes" : runtimeTitle(at), " · ", link(rule.chapter, "the chapter")),
    scenarios.length ? entries(pairs, (pair) => ruleEntry(pair, at < 0, go)) : nothing,
  ];
}

function scenarioDetail(name, at, go) {
  const index = DATA.scenarios.findIndex((scenario) => scenario.name === name);
  if (index < 0) return null;
  const scenario = DATA.scenarios[index];
  const pairs = DATA.runtimes.map((_, runtime) => ({ runtime, scenario: index }));
  const rank = (pair) => (pair.runtime === at ? DATA.words.length : rankOf(pair));
  pairs.sort((a, b) => rank(b) - rank(a));
  return [
    el("h2", { id: "detail-title" }, scenario.title),
    el("p", { class: "soft" }, el("code", {}, scenario.name), ` · profile ${scenario.profile}`),
    ruleLinks(scenario.rules, go),
    entries(pairs, scenarioEntry),
  ];
}

const rankOf = (pair) => RANK[verdictOf(pair.runtime, pair.scenario).verdict];
const runtimeTitle = (at) => `${DATA.runtimes[at].name} ${DATA.runtimes[at].version}`;

function ruleLinks(ids, go) {
  const button = (id) => (RULES.has(id) ? chip(id, () => go(`rule:${id}`)) : el("code", {}, id));
  return el("p", { class: "chips" }, ids.map(button));
}

function chip(text, onclick) {
  return el("button", { type: "button", class: "chip", onclick }, text);
}

/** One entry for each verdict; the worst stands first and is open, if there is anything to see in it. */
function entries(pairs, entryOf) {
  const made = pairs.map(entryOf);
  made[0].open = true;
  return el("div", { class: "entries" }, made);
}

/** Among the scenarios of a rule: which scenario it is, and ways to it and to the other rules in question. */
function ruleEntry(pair, namesRuntime, go) {
  const { name, title, rules } = DATA.scenarios[pair.scenario];
  const heading = namesRuntime ? [el("b", {}, runtimeTitle(pair.runtime)), `: ${title}`] : [title];
  const others = verdictOf(pair.runtime, pair.scenario).failure?.rules ?? rules;
  return entry(pair, heading, () => [el("p", {}, chip(name, () => go(`scenario:${name}`))), ruleLinks(others, go)]);
}

/** Among the runtimes of a scenario: which runtime it is. */
function scenarioEntry(pair) {
  return entry(pair, [runtimeTitle(pair.runtime)], () => []);
}

/** What is inside is made when it is opened. */
function entry(pair, heading, more) {
  const verdict = verdictOf(pair.runtime, pair.scenario);
  const body = el("div", { class: "body" });
  const fill = () => body.childNodes.length || body.append(...entryBody(pair, verdict), ...more());
  const summary = el("summary", {}, verdictLabel(verdict.verdict), el("span", { class: "what" }, heading));
  return el("details", { class: "entry", ontoggle: fill }, summary, body);
}

function entryBody({ runtime, scenario }, verdict) {
  const { failure } = verdict;
  const whole = source(DATA.scenarios[scenario].text, failure?.line ?? 0);
  return [
    el("p", { class: "note" }, prose(noteOf(verdict))),
    ...(failure ? failureBody(failure, PICTURES[runtime].get(scenario)) : []),
    el("details", { class: "source" }, el("summary", {}, "The scenario"), whole),
  ];
}

/** What there is to say about a verdict, in a sentence. */
function noteOf(verdict) {
  const defects = (verdict.defects ?? []).join(", ");
  const notes = {
    "skipped": () => verdict.reason,
    "pass": () => `Every call showed what it must.${defects ? ` Known defects that were seen: ${defects}.` : ""}`,
    "repaired": () => `The runtime takes the safe reading. Defects that it does not have: ${defects}.`,
    "not-implemented": () => `Not implemented: ${verdict.what}`,
    "expected": () => `Listed: ${verdict.reason}`,
    "unexpected": () => `Passes, though it is listed: ${verdict.reason}`,
    "crash": () => `The process died by ${verdict.signal}.`,
    "timeout": () => "The call did not return in time.",
    "protocol": () => "The driver broke the rules of the conversation.",
    "fail": () => "A call showed something else than it must.",
  };
  return notes[verdict.verdict]();
}

function failureBody(failure, picture) {
  const place = `${failure.file}:${failure.line}`;
  return [
    el("p", { class: "call" }, failure.call && el("code", {}, failure.call), el("span", { class: "soft" }, place)),
    sideBySide(failure),
    picture ? pictureOf(picture) : null,
    failure.stderr.length ? stderrOf(failure.stderr) : null,
  ].filter(Boolean);
}

/** What it may show beside what it showed. The likest of what it may show is the one that is compared. */
function sideBySide({ expected, observed }) {
  const likest = expected.length ? closest(expected, observed) : -1;
  const [wanted, seen] = likest < 0 ? [[], []] : difference(expected[likest], observed);
  const marks = isAlike(seen, observed);
  const shown = expected.map((text, index) => el("pre", {}, marks && index === likest ? marked(wanted) : text));
  const title = expected.length > 1 ? "must be one of" : "must be";
  const side = (kind, ...inside) => el("div", { class: `side ${kind}` }, inside);
  return el(
    "div",
    { class: "sides" },
    expected.length ? side("wanted", el("h4", {}, title), ...shown) : null,
    side("seen", el("h4", {}, "showed"), el("pre", {}, marks ? marked(seen) : observed)),
  );
}

/** The pictures were drawn by the program that wrote this page, with every text in them escaped. */
function pictureOf(picture) {
  const holder = el("div", { class: "picture", tabindex: "0", role: "group", "aria-label": "the shortest way there" });
  holder.innerHTML = picture;
  return holder;
}

function stderrOf(lines) {
  const summary = el("summary", {}, "The driver's last words");
  return el("details", { class: "source" }, summary, el("pre", {}, lines.join("\n")));
}

/** A text by its lines, one of them marked. */
function source(text, wrong) {
  const lines = text.replace(/\n$/, "").split("\n");
  const made = lines.map((line, index) => el("li", { class: index + 1 === wrong ? "wrong" : null }, line || " "));
  return el("ol", { class: "lines" }, made);
}
