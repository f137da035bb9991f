// The views: a table of signs, and a list of what went wrong. Each is made once; filtering hides its rows.

/** A table: groups of rows, a column for each runtime. */
function matrixView(rows, noun) {
  const head = el("tr", {}, el("th", { scope: "col" }, noun), DATA.runtimes.map(columnHead));
  const table = el("table", { class: "matrix", "data-kind": noun }, el("thead", {}, head));
  const groups = new Map();
  for (const [group, members] of grouped(rows)) {
    const title = el("th", { colspan: DATA.runtimes.length + 1, scope: "rowgroup" }, group);
    const head = el("tr", { class: "group" }, title);
    members.forEach((row) => (row.element = matrixRow(row)));
    table.append(el("tbody", {}, head, members.map((row) => row.element)));
    groups.set(head, members);
  }
  return { element: table, rows, groups };
}

function columnHead({ name, version }) {
  return el("th", { scope: "col" }, el("div", {}, el("span", {}, name), el("small", {}, version)));
}

function grouped(rows) {
  const groups = new Map();
  for (const row of rows) groups.set(row.group, [...(groups.get(row.group) ?? []), row]);
  return groups;
}

function matrixRow(row) {
  const [first, rest] = [row.id.slice(0, row.group.length + 1), row.id.slice(row.group.length + 1)];
  const name = row.id.startsWith(row.group) ? [el("i", {}, first), rest] : row.id;
  const title = el("span", { title: row.title }, prose(row.title));
  const head = el("th", { scope: "row" }, el("div", {}, el("code", {}, name), title));
  return el("tr", {}, head, row.cells.map((cell, at) => el("td", {}, cellButton(row, cell, at))));
}

function cellButton(row, cell, at) {
  const open = `${row.kind}:${row.id}@${DATA.runtimes[at].label}`;
  const count = cell.asked === 0 ? "" : cell.good === cell.asked ? `${cell.good}` : `${cell.good}/${cell.asked}`;
  const shown = row.kind === "rule" ? count : cell.worst === "skipped" ? "" : SHORT[cell.worst];
  const said = cell.worst ? `${SAID[cell.worst]}, ${cell.good} of ${cell.asked} pass` : "no scenario";
  const label = `${row.id} in ${DATA.runtimes[at].label}: ${said}`;
  const word = cell.worst ?? "none";
  const attributes = { type: "button", class: `cell v-${word}`, tabindex: "-1", title: said, "aria-label": label };
  return el("button", { ...attributes, "data-open": open }, icon(word), el("span", {}, shown));
}

/** A list: one line for each thing that went wrong. */
function failureView(rows) {
  const groups = new Map();
  const list = el("div", { class: "failures" });
  DATA.runtimes.forEach((runtime, at) => {
    const members = rows.filter((row) => row.runtime === at);
    members.forEach((row) => (row.element = failureLine(row, runtime)));
    const head = el("h3", {}, runtime.name, el("small", {}, runtime.version));
    list.append(head, ...members.map((row) => row.element));
    groups.set(head, members);
  });
  return { element: list, rows, groups };
}

function failureLine(row, runtime) {
  const open = `scenario:${row.id}@${runtime.label}`;
  const text = (kind, said) => el("code", { class: kind }, said);
  const texts = [text("name", row.id), text("said", row.said), text("came", row.came)];
  const attributes = { type: "button", class: "line", tabindex: "-1", "data-open": open };
  return el("button", attributes, verdictLabel(row.word), texts);
}
