// The rows of each view, with what can be asked of them. It reads the data once and knows no element of the page.

const CONCEPTS = [...new Set(DATA.rules.map((rule) => rule.concept))];
const RULES = new Map(DATA.rules.map((rule) => [rule.id, rule]));

/** The scenarios of each rule, by number. */
const SCENARIOS_OF = new Map(DATA.rules.map((rule) => [rule.id, []]));
DATA.scenarios.forEach((scenario, index) => scenario.rules.forEach((id) => SCENARIOS_OF.get(id)?.push(index)));

const PICTURES = DATA.pictures.map((pictures) => new Map(pictures));

const verdictOf = (runtime, scenario) => DATA.runtimes[runtime].verdicts[scenario];
const conceptOf = (scenario) => scenario.name.split("/")[0];
const folded = (...texts) => texts.join("\n").toLowerCase();

/** What came of some scenarios in a runtime: which verdicts, the worst of them, and how many were asked and passed. */
function cellOf(runtime, scenarios) {
  const words = scenarios.map((scenario) => verdictOf(runtime, scenario).verdict);
  const worst = words.reduce((worst, word) => (worst && RANK[worst] >= RANK[word] ? worst : word), null);
  return {
    words: new Set(words),
    worst,
    asked: words.filter((word) => word !== "skipped").length,
    good: words.filter(isGood).length,
  };
}

const cellsOf = (scenarios) => DATA.runtimes.map((_, runtime) => cellOf(runtime, scenarios));

/** A row for each rule. */
function ruleRows() {
  return DATA.rules.map((rule) => {
    const scenarios = SCENARIOS_OF.get(rule.id);
    const names = scenarios.map((index) => DATA.scenarios[index].name);
    const search = folded(rule.id, rule.title, ...names);
    return { kind: "rule", id: rule.id, title: rule.title, group: rule.concept, search, cells: cellsOf(scenarios) };
  });
}

/** A row for each scenario. */
function scenarioRows() {
  return DATA.scenarios.map((scenario, index) => {
    const search = folded(scenario.name, scenario.title, ...scenario.rules, scenario.text);
    const group = conceptOf(scenario);
    return { kind: "scenario", id: scenario.name, title: scenario.title, group, search, cells: cellsOf([index]) };
  });
}

/** A row for each scenario that went wrong in a runtime, or is listed to. */
function failureRows() {
  return DATA.runtimes.flatMap((runtime, at) =>
    runtime.verdicts.flatMap((verdict, index) => {
      const isTold = isWrong(verdict.verdict) || verdict.verdict === "expected";
      return isTold ? [failureRow(runtime, at, index, verdict)] : [];
    }),
  );
}

function failureRow(runtime, at, index, verdict) {
  const scenario = DATA.scenarios[index];
  const said = verdict.failure ? verdict.failure.call : (verdict.reason ?? "");
  const came = verdict.failure ? verdict.failure.observed : "";
  const { name, title, rules } = scenario;
  const search = folded(name, title, ...rules, runtime.label, said, came, verdict.reason ?? "");
  const group = conceptOf(scenario);
  return { kind: "failure", runtime: at, word: verdict.verdict, id: scenario.name, group, search, said, came };
}

/** Whether a row is wanted: its text has every word, and it is of that concept, runtime and verdict. */
function isWanted(row, state) {
  const words = state.q.toLowerCase().split(/\s+/).filter(Boolean);
  if (state.concept && row.group !== state.concept) return false;
  if (!words.every((word) => row.search.includes(word))) return false;
  const only = DATA.runtimes.findIndex((runtime) => runtime.label === state.runtime);
  if (row.kind === "failure") return isFailureWanted(row, only, state.verdict);
  const cells = only < 0 ? row.cells : [row.cells[only]];
  return !state.verdict || cells.some((cell) => cell.words.has(state.verdict));
}

function isFailureWanted(row, only, verdict) {
  return (only < 0 || row.runtime === only) && (!verdict || row.word === verdict);
}
