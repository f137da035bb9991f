// The page: its state, which stands in the address, and the keys. All else is asked of the other parts.

const NOTHING = { view: "rules", q: "", concept: "", runtime: "", verdict: "", open: "" };
const FIELDS = ["q", "concept", "runtime", "verdict"];
const ROWS = { rules: ruleRows, scenarios: scenarioRows, failures: failureRows };
const NOUNS = { rules: "rule", scenarios: "scenario", failures: "failure" };

/** Views that were made: they are made once, and then filtered. */
const made = new Map();
let state = { ...NOTHING };
/** What had the focus before the dialog came: it has it again when the dialog goes. */
let opener = null;

function readState() {
  const asked = new URLSearchParams(location.hash.slice(1));
  const known = Object.keys(NOTHING).map((name) => [name, asked.get(name) ?? NOTHING[name]]);
  const read = Object.fromEntries(known);
  return read.view in ROWS ? read : { ...read, view: NOTHING.view };
}

/** Puts a change into the address. What is opened can be left by going back; filters do not pile up. */
function change(changes) {
  const next = { ...state, ...changes };
  const said = Object.entries(next).filter(([name, value]) => value !== NOTHING[name]);
  const hash = `#${new URLSearchParams(said)}`;
  if (next.open && next.open !== state.open) location.hash = hash;
  else location.replace(hash);
}

function show() {
  state = readState();
  for (const field of FIELDS) if (byId(field).value !== state[field]) byId(field).value = state[field];
  document.querySelectorAll("[data-view]").forEach((tab) => {
    tab.setAttribute("aria-pressed", String(tab.dataset.view === state.view));
  });
  showView();
  showDetail();
}

function showView() {
  const view = viewOf(state.view);
  if (byId("view").firstChild !== view.element) byId("view").replaceChildren(view.element);
  view.rows.forEach((row) => (row.element.hidden = !isWanted(row, state)));
  const wanted = view.rows.filter((row) => !row.element.hidden);
  view.groups.forEach((rows, head) => (head.hidden = rows.every((row) => row.element.hidden)));
  view.element.dataset.empty = wanted.length === 0;
  showColumns(view.element);
  byId("shown").textContent = `${wanted.length} of ${plural(view.rows.length, NOUNS[state.view])}`;
  rove(view.element);
}

function viewOf(name) {
  if (!made.has(name)) {
    const rows = ROWS[name]();
    made.set(name, name === "failures" ? failureView(rows) : matrixView(rows, NOUNS[name]));
  }
  return made.get(name);
}

function showColumns(element) {
  const only = DATA.runtimes.findIndex((runtime) => runtime.label === state.runtime);
  if (element.tagName !== "TABLE" || element.dataset.only === String(only)) return;
  element.dataset.only = only;
  for (const row of element.rows) {
    if (row.className === "group") continue;
    [...row.cells].slice(1).forEach((cell, at) => (cell.hidden = only >= 0 && at !== only));
  }
}

/** One cell of a view can be reached by the tabulator; the arrows lead to the others. */
function rove(element, to = null) {
  const old = element.querySelector("[data-open][tabindex='0']");
  const isThere = (cell) => cell && cell.offsetParent !== null;
  const next = to ?? (isThere(old) ? old : [...element.querySelectorAll("[data-open]")].find(isThere));
  if (old) old.tabIndex = -1;
  if (next) next.tabIndex = 0;
}

const ARROWS = { ArrowLeft: [0, -1], ArrowRight: [0, 1], ArrowUp: [-1, 0], ArrowDown: [1, 0] };

function onArrow(event) {
  const [cell, arrow] = [event.target.closest("[data-open]"), ARROWS[event.key]];
  if (!cell || !arrow) return;
  const grid = shownCells();
  const at = grid.findIndex((cells) => cells.includes(cell));
  const next = grid[at + arrow[0]]?.[grid[at].indexOf(cell) + arrow[1]];
  event.preventDefault();
  if (next) rove(byId("view").firstChild, next);
  next?.focus();
}

/** What can be opened, line by line, as it is shown now. */
function shownCells() {
  const lines = [...byId("view").querySelectorAll("tr:not(.group), .line")];
  const cellsIn = (line) => (line.matches(".line") ? [line] : [...line.querySelectorAll("[data-open]")]);
  const shown = lines.map((line) => cellsIn(line).filter((cell) => cell.offsetParent !== null));
  return shown.filter((cells) => cells.length > 0);
}

function showDetail() {
  const dialog = byId("detail");
  const isFilled = state.open && fillDetail(dialog, state.open, (open) => change({ open }));
  if (isFilled && !dialog.open) opener = document.activeElement;
  if (isFilled && !dialog.open) dialog.showModal();
  if (!isFilled && dialog.open) dialog.close();
}

function onClose() {
  if (state.open) change({ open: "" });
  if (opener?.isConnected) opener.focus();
}

const THEMES = ["auto", "light", "dark"];

/** The reader's choice outlives the page where the browser lets it. */
function theme(step) {
  const root = document.documentElement;
  let chosen = root.dataset.theme ?? "auto";
  try {
    chosen = step ? chosen : (localStorage.getItem("theme") ?? chosen);
  } catch { /* A browser that keeps nothing: the choice lasts as long as the page. */ }
  const next = THEMES[(Math.max(0, THEMES.indexOf(chosen)) + step) % THEMES.length];
  root.dataset.theme = next;
  byId("theme").textContent = `Theme: ${next}`;
  try {
    localStorage.setItem("theme", next);
  } catch { /* As above. */ }
}

function fillChoices() {
  const options = (id, pairs) => byId(id).append(...pairs.map(([value, text]) => el("option", { value }, text)));
  options("concept", CONCEPTS.map((concept) => [concept, concept]));
  options("runtime", DATA.runtimes.map((runtime) => [runtime.label, `${runtime.name} ${runtime.version}`]));
  options("verdict", DATA.words.toReversed().map((word) => [word, SAID[word]]));
}

function onKey(event) {
  const isTyping = event.target.closest("input, select, textarea, dialog");
  if (event.key !== "/" || isTyping) return onArrow(event);
  event.preventDefault();
  byId("q").focus();
}

/** The heads of columns stay below the filters, however many lines these take. */
function watchBar() {
  const bar = byId("filters");
  const tell = () => document.documentElement.style.setProperty("--bar", `${bar.offsetHeight}px`);
  new ResizeObserver(tell).observe(bar);
}

function listen() {
  for (const field of FIELDS) byId(field).addEventListener("input", () => change({ [field]: byId(field).value }));
  byId("filters").addEventListener("submit", (event) => event.preventDefault());
  byId("reset").addEventListener("click", () => change({ ...NOTHING, view: state.view }));
  byId("theme").addEventListener("click", () => theme(1));
  byId("detail").addEventListener("close", onClose);
  byId("detail").addEventListener("click", (event) => event.target === byId("detail") && byId("detail").close());
  document.addEventListener("keydown", onKey);
  document.addEventListener("click", onClick);
  addEventListener("hashchange", show);
}

function onClick(event) {
  const [tab, cell] = [event.target.closest("[data-view]"), event.target.closest("[data-open]")];
  if (tab) change({ view: tab.dataset.view });
  if (!cell) return;
  rove(byId("view").firstChild, cell);
  change({ open: cell.dataset.open });
}

theme(0);
fillChoices();
showSummary((wanted) => { change(wanted); byId("filters").scrollIntoView(); });
showLegend();
listen();
watchBar();
show();
