// The list of more rows than a browser would lay out: each row that is shown is the one that belongs there, however one came to it; and only
// what one looks at is in memory.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { Visit } from "./harness.mjs";

const count = 40_000;
const rowHeight = 400; // 16 million pixels in all: twice of what the list lets the browser lay out
const visit = new Visit();
before(() => {
  // The one at place p, from 1, has n = count - p. Some are close together, some far apart.
  let at = Date.parse("2026-01-01T00:00:00Z");
  const records = Array.from({ length: count }, (_, n) => {
    at += n % 10_000 < 5_000 ? 1 : 60_000;
    return { timestamp: new Date(at).toISOString(), level: n % 7 ? "INFO" : "ERROR", service: "rows", message: `row ${n}.` };
  });
  return visit.begin(records);
});
after(() => visit.end());

async function open() {
  await visit.open();
  await visit.page.evaluate((height) => document.documentElement.style.setProperty("--row", `${height}px`), rowHeight);
  await visit.page.setViewportSize({ width: 1280, height: 1200 });
  await visit.status(/^40,000 records/);
  await visit.page.waitForFunction((count) => Number(document.querySelector(".list").dataset.rows) === count, count);
}

// Those in view from the top on: their places, what they say, and where they are, in pixels below the top of the list. Waits until all are loaded.
async function shown() {
  const found = await visit.page.waitForFunction(() => {
    const list = document.querySelector(".list").getBoundingClientRect();
    const rows = [...document.querySelectorAll(".window .row")]
      .map((row) => ({ place: Number(row.ariaPosInSet), text: row.querySelector(".text")?.textContent ?? "", top: row.getBoundingClientRect().top - list.top, bottom: row.getBoundingClientRect().bottom - list.top }))
      .filter((row) => row.bottom > 1 && row.top < list.height - 1);
    return rows.length > 0 && rows.every((row) => row.text !== "") && { rows, height: list.height };
  });
  const { rows, height } = await found.jsonValue();
  assert.ok(rows[0].top <= 1 && rows.at(-1).bottom >= height - 1, `a gap: ${JSON.stringify(rows)} of ${height}`);
  rows.forEach((row, i) => {
    assert.equal(row.text, `row ${count - row.place}.`);
    assert.equal(row.place, rows[0].place + i);
  });
  assert.ok((await visit.page.locator("*").count()) < 1_000, "only rows that are in view are in the document");
  return rows;
}

// Until what is shown is so; what it shows meanwhile must be right as well.
async function shownWhen(what, test) {
  for (const late = Date.now() + 120_000; ; ) {
    const rows = await shown();
    if (test(rows)) return rows;
    assert.ok(Date.now() < late, `${what}: ${JSON.stringify(rows)}`);
  }
}

const drag = (share) => visit.page.evaluate((share) => {
  const list = document.querySelector(".list");
  list.scrollTop = share * (list.scrollHeight - list.clientHeight);
}, share);

test("Home, End and the pages between, by keys", async () => {
  await open();
  const key = visit.page.keyboard;
  await shownWhen("at first", (rows) => rows[0].place === 1);
  await key.press("End");
  await shownWhen("End", (rows) => rows.at(-1).place === count);
  assert.equal(await visit.page.locator(".row.selected .text").innerText(), "row 0.");
  const selected = () => visit.page.locator(".row.selected").getAttribute("aria-posinset").then(Number);
  for (const name of ["PageUp", "ArrowUp", "k"]) {
    const before = await selected();
    for (let i = 0; i < 4; ++i) await key.press(name);
    const place = await selected();
    assert.ok(place <= before - 4, `${name} goes from ${before} to ${place}`);
    await shownWhen(name, (rows) => rows[0].place === place && rows[0].top > -1);
  }
  await key.press("Home");
  await shownWhen("Home", (rows) => rows[0].place === 1 && rows[0].top > -1);
  await key.press("PageDown");
  await key.press("PageDown");
  await key.press("Enter");
  assert.match(await visit.page.locator(".detail").innerText(), new RegExp(`row ${count - (await selected())}\\.`));
  await visit.close();
});

test("dragged to the middle, to the end, all over", async () => {
  await open();
  await drag(0.5);
  await shownWhen("the middle", (rows) => Math.abs(rows[0].place - count / 2) < count / 1000);
  await drag(1);
  await shownWhen("the end", (rows) => rows.at(-1).place === count && rows.at(-1).bottom > 0);
  for (let i = 1; i < 15; ++i) {
    const share = (i * 0.618) % 1;
    await drag(share);
    await shownWhen(`at ${share}`, (rows) => Math.abs(rows[0].place - share * count) < count / 1000 + 5);
  }
  await drag(0);
  await shownWhen("the beginning", (rows) => rows[0].place === 1);
  await visit.close();
});

test("the wheel moves by its own pixels, wherever one is", async () => {
  await open();
  const list = await visit.page.locator(".list").boundingBox();
  await visit.page.mouse.move(list.x + 300, list.y + 200);
  for (const share of [0, 0.37, 0.9]) {
    await drag(share);
    const [from] = await shownWhen(`at ${share}`, (rows) => Math.abs(rows[0].place - share * count) < count / 1000 + 5);
    for (let i = 0; i < 10; ++i) await visit.page.mouse.wheel(0, 120);
    const moved = (row) => (row.place - from.place) * rowHeight - row.top + from.top;
    await shownWhen("ten turns on", ([row]) => Math.abs(moved(row) - 1200) <= 2);
    for (let i = 0; i < 10; ++i) await visit.page.mouse.wheel(0, -120);
    await shownWhen("and back", ([row]) => Math.abs(moved(row)) <= 2);
  }
  await visit.close();
});

test("rows that were left long ago are let go, and loaded again", async () => {
  await open();
  let asked = 0;
  visit.page.on("request", (request) => request.url().includes("/logs/search") && ++asked);
  await drag(0.001);
  await shown();
  for (let i = 1; i <= 45; ++i) {
    await drag(i / 45);
    await shown();
  }
  const before = asked;
  assert.ok(before >= 40, `${before} requests for 45 places`);
  await drag(0);
  await shownWhen("the beginning", (rows) => rows[0].place === 1);
  assert.ok(asked > before, "nothing was loaded again: all rows are kept");
  await visit.close();
});

test("a new search begins at its top", async () => {
  await open();
  await drag(0.8);
  await shownWhen("below", (rows) => rows[0].place > 30_000);
  await visit.page.keyboard.press("/");
  await visit.page.keyboard.type("level=ERROR");
  await visit.page.keyboard.press("Enter");
  await visit.query("level=ERROR");
  await visit.status(/^5,715 records/);
  await visit.page.waitForFunction((last) => document.querySelector('.row[aria-posinset="1"] .text')?.textContent === `row ${last}.`, Math.floor((count - 1) / 7) * 7);
  await visit.close();
});
