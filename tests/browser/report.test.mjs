// The report as a reader has it: opened from a file in a browser that is told to fetch nothing.
//
// It knows the sample that the tests of the suite leave, by what any report has: its views, filters, cells and dialog.

import assert from "node:assert/strict";
import { createRequire } from "node:module";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { pathToFileURL } from "node:url";

const { XI_CHROMIUM, XI_REPORT, XI_PLACE } = process.env;
const { chromium } = createRequire(join(XI_PLACE, "package.json"))("playwright-core");

const ADDRESS = pathToFileURL(XI_REPORT).href;
const FLAGS = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];
const DESK = { width: 1280, height: 860 };
const PHONE = { width: 375, height: 812 };

let browser;
before(async () => {
  browser = await chromium.launch({ executablePath: XI_CHROMIUM, args: FLAGS });
});
after(() => browser.close());

/** Opens the report, and closes it again; whatever it complains about or fetches fails the test. */
async function reading({ hash = "", viewport = DESK, colorScheme = "light" }, look) {
  const context = await browser.newContext({ viewport, colorScheme });
  const page = await context.newPage();
  const troubles = [];
  page.on("console", (message) => troubles.push(`${message.type()}: ${message.text()}`));
  page.on("pageerror", (error) => troubles.push(String(error)));
  page.on("request", (request) => request.url().split("#")[0] !== ADDRESS && troubles.push(request.url()));
  await page.goto(ADDRESS + hash);
  await look(page);
  await context.close();
  assert.deepEqual(troubles, []);
}

const picture = (page, name) => page.screenshot({ path: join(XI_PLACE, `${name}.png`) });
const shownRows = (page) => page.locator("#view tbody tr:not(.group):visible").count();
const state = (page) => page.evaluate(() => Object.fromEntries(new URLSearchParams(location.hash.slice(1))));
const asHash = (fields) => `#${new URLSearchParams(fields)}`;

/** How far the page is wider than what shows it. */
const excess = (page) => page.evaluate(() => document.documentElement.scrollWidth - innerWidth);

/** A failure of the sample with a trace, as it is opened. */
const aFailure = (page) =>
  page.evaluate(() => {
    const at = DATA.runtimes.findIndex((runtime) => runtime.verdicts.some((verdict) => verdict.verdict === "fail"));
    const index = DATA.runtimes[at].verdicts.findIndex((verdict) => verdict.verdict === "fail");
    return `scenario:${DATA.scenarios[index].name}@${DATA.labels[at]}`;
  });

test("the table of rules and runtimes is there, and every sign has a word", async () => {
  await reading({}, async (page) => {
    const [rules, runtimes] = await page.evaluate(() => [DATA.rules.length, DATA.runtimes.length]);
    assert.equal(await shownRows(page), rules);
    assert.equal(await page.locator("#view thead th").count(), runtimes + 1);
    assert.equal(await page.locator("#summary .card").count(), runtimes);
    const labels = await page.locator(".cell").evaluateAll((cells) => cells.map((cell) => cell.ariaLabel));
    assert.ok(labels.every((label) => /: .+/.test(label)));
    await picture(page, "light");
  });
});

test("a filter narrows the table, stands in the address, and is read from there", async () => {
  let hash;
  await reading({}, async (page) => {
    const all = await shownRows(page);
    await page.fill("#q", "capsule release");
    await page.selectOption("#concept", "capsule");
    const narrowed = await shownRows(page);
    assert.ok(narrowed > 0 && narrowed < all, `${narrowed} of ${all}`);
    assert.deepEqual(await state(page), { q: "capsule release", concept: "capsule" });
    hash = new URL(page.url()).hash;
    await page.click("#reset");
    assert.equal(await shownRows(page), all);
  });
  await reading({ hash }, async (page) => {
    assert.equal(await page.inputValue("#q"), "capsule release");
    assert.match(await page.textContent("#shown"), /^\d+ of \d+ rules$/);
  });
});

test("filters by runtime and verdict leave what is of both, and nothing is said to be nothing", async () => {
  await reading({ hash: asHash({ view: "scenarios", runtime: "toy", verdict: "crash" }) }, async (page) => {
    assert.equal(await shownRows(page), 0);
    assert.equal(await page.locator("#view thead th:visible").count(), 2);
    await page.selectOption("#runtime", "rustpython");
    const crashes = await page.evaluate(() => DATA.counts[2][DATA.words.indexOf("crash")]);
    assert.equal(await shownRows(page), crashes);
    await page.locator("#summary .tally:not(.none)").first().click();
    assert.equal((await state(page)).runtime, "cpython-3.13.0");
  });
});

test("a click on a cell shows the scenarios behind it, and going back closes them", async () => {
  await reading({}, async (page) => {
    await page.locator(".cell:not(.v-none)").first().click();
    assert.ok(await page.locator("#detail .entry").count());
    assert.match((await state(page)).open, /^rule:.+@cpython-3\.13\.0$/);
    await page.goBack();
    await page.locator("#detail").waitFor({ state: "hidden" });
  });
});

test("a failure shows what was expected beside what was seen, and its trace as a picture", async () => {
  await reading({ hash: asHash({ view: "failures" }) }, async (page) => {
    const open = await aFailure(page);
    await page.locator(`[data-open="${open}"]`).click();
    const entry = page.locator("#detail .entry[open]").first();
    assert.equal(await entry.locator(".sides .side").count(), 2);
    assert.ok(await entry.locator(".seen mark").count());
    assert.equal(await entry.locator(".picture svg .mark").count(), 1);
    assert.ok(await entry.locator(".picture svg .go").count());
    await page.keyboard.press("Escape");
    assert.equal((await state(page)).open, undefined);
  });
});

test("texts of scenarios and drivers are shown as they are", async () => {
  await reading({ hash: asHash({ open: "scenario:module/made-up-1" }) }, async (page) => {
    assert.match(await page.textContent("#detail-title"), /<\/script><img src=x/);
    assert.equal(await page.locator("img").count(), 0);
  });
});

test("what a page complains about or fetches does not go unseen", async () => {
  const troubled = (trouble) => assert.rejects(reading({}, (page) => page.evaluate(trouble)));
  await troubled(() => console.warn("a complaint"));
  await troubled(() => fetch("http://127.0.0.1:9/").catch(() => null));
});

test("the keyboard is enough", async () => {
  await reading({}, async (page) => {
    await page.keyboard.press("/");
    assert.equal(await page.evaluate(() => document.activeElement.id), "q");
    await page.locator(".cell[tabindex='0']").focus();
    const name = () => page.evaluate(() => document.activeElement.dataset.open);
    const first = await name();
    await page.keyboard.press("ArrowRight");
    await page.keyboard.press("ArrowDown");
    const second = await name();
    assert.ok(second.endsWith("@cpython-3.14.10") && second.split("@")[0] !== first.split("@")[0], second);
    await page.keyboard.press("Enter");
    assert.ok(await page.locator("#detail").isVisible());
    await page.keyboard.press("Escape");
    assert.equal(await name(), second);
    assert.equal(await page.locator(".cell[tabindex='0']").count(), 1);
  });
});

test("light and dark differ, by the system's choice and by the reader's", async () => {
  const paper = (page) => page.evaluate(() => getComputedStyle(document.body).backgroundColor);
  const seen = {};
  for (const colorScheme of ["light", "dark"]) {
    await reading({ colorScheme }, async (page) => {
      seen[colorScheme] = await paper(page);
      if (colorScheme === "dark") await picture(page, "dark");
    });
  }
  assert.notEqual(seen.light, seen.dark);
  await reading({ colorScheme: "light" }, async (page) => {
    await page.click("#theme");
    await page.click("#theme");
    assert.equal(await paper(page), seen.dark);
  });
});

test("a telephone is wide enough for every view and for a failure", async () => {
  for (const view of ["rules", "scenarios", "failures"]) {
    await reading({ viewport: PHONE, hash: asHash({ view }) }, async (page) => {
      assert.ok((await excess(page)) <= 0, view);
      const names = page.locator("#view thead th:not(:first-child) span");
      for (const name of await names.all()) assert.ok(await name.isVisible(), view);
      await page.locator("#filters").scrollIntoViewIfNeeded();
      await picture(page, `phone-${view}`);
    });
  }
  await reading({ viewport: PHONE, colorScheme: "dark" }, async (page) => {
    const open = await aFailure(page);
    await page.evaluate((hash) => (location.hash = hash), asHash({ open }));
    await page.locator("#detail .picture").first().waitFor();
    assert.ok((await excess(page)) <= 0);
    assert.equal(await page.locator(".sheet").evaluate((sheet) => sheet.scrollWidth - sheet.clientWidth), 0);
    await picture(page, "phone-failure");
  });
});
