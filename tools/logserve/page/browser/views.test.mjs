// Views and habits of the page that page.test.mjs leaves out: alerts, health, saved queries, permalinks, the live tail's place, the keyboard.
import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { Visit } from "./harness.mjs";

const visit = new Visit();
before(async () => {
  await visit.begin(20_000, ["--alerts", "alerts.db", "--metrics-dir", "."]);
  const error = (i) => JSON.stringify({ timestamp: `2026-01-01T00:00:${String(i).padStart(2, "0")}Z`, level: "ERROR", service: i % 2 ? "auth" : "shop", message: "<b>no</b>" });
  writeFileSync(join(visit.work, "rules.toml"), '[[rule]]\nname = "errors"\nquery = "level=ERROR | count by service"\nabove = 10\nwindow = "1m"\n');
  writeFileSync(join(visit.work, "errors.ndjson"), Array.from({ length: 60 }, (_, i) => error(i)).join("\n") + "\n");
  visit.shell("logalert rules.toml --state alerts.db <errors.ndjson >told");
  // It warns that nobody looks at the certificate, and gives up because nobody answers; one record is left pending.
  visit.shell("loggen -n 1 | logship -q --tls-skip-verify --retries 1 --metrics reported.prom tls://127.0.0.1:9 || true");
  writeFileSync(join(visit.work, "logship.prom"), 'logmill_records_pending{program="logship"} 12345\nlogmill_records_dropped_total{program="logship",cause="overload"} 7\n');
});
after(() => visit.end());

test("alerts, and how they came", async () => {
  await visit.open("?view=alerts");
  await visit.page.waitForSelector(".alerts .state.firing");
  assert.match(await visit.page.locator(".alerts").innerText(), /errors[\s\S]*service=auth/);
  assert.ok((await visit.page.locator("caption", { hasText: "history" }).count()) > 0);
  await visit.picture("alerts");
  await visit.close();
});

test("health says what is there, of whom, and what was lost", async () => {
  await visit.open("?view=health");
  await visit.page.waitForSelector(".services .number");
  await visit.page.waitForFunction(() => /%/.test(document.querySelector(".services")?.textContent ?? ""));
  const text = await visit.page.locator(".figures").innerText();
  for (const wanted of [/records\s+20,000/, /on disk\s+[\d.]+ (KiB|MiB)/, /12,346 records/, /dropped\s+7/, /oldest record\s+2026-01-01/]) assert.match(text, wanted);
  await visit.page.waitForFunction(() => /\d\/s/.test(document.querySelector(".figures")?.textContent ?? ""));
  assert.equal(await visit.page.locator(".figure.alarming").count(), 1);
  assert.ok((await visit.page.locator(".services tbody tr").count()) > 3);
  assert.match(await visit.page.locator("table", { has: visit.page.locator("caption", { hasText: "logship" }) }).innerText(), /dropped/);
  const reported = await visit.page.locator(".reported tr", { hasText: "logship" }).innerText();
  assert.match(reported, /^logship\s+1\s+[1-9]\d*\s+[\d.]+ m?s ago$/);
  assert.match(await visit.page.locator(".reported tr", { hasText: "logserve" }).innerText(), /^logserve\s+0\s+0\s+–$/);
  await visit.picture("health");
  await visit.page.setViewportSize({ width: 360, height: 740 });
  assert.ok(await visit.page.evaluate(() => document.documentElement.scrollWidth <= innerWidth));
  await visit.page.locator(".reported").scrollIntoViewIfNeeded();
  await visit.picture("health_narrow");
  await visit.close();
});

test("a view is saved under a name, opened and forgotten", async () => {
  await visit.open("?q=level%3DERROR&timestamp_from=2026-01-01T00:00:00Z");
  visit.page.on("dialog", (dialog) => dialog.accept("errors of the year"));
  await visit.page.locator(".saved summary").click();
  await visit.page.getByRole("button", { name: "Save this view…" }).click();
  await visit.page.goto(visit.origin);
  await visit.page.locator(".saved summary").click();
  await visit.picture("saved");
  await visit.page.getByRole("button", { name: "errors of the year", exact: true }).click();
  await visit.query("level=ERROR");
  assert.equal(await visit.page.evaluate(() => new URLSearchParams(location.search).get("timestamp_from")), "2026-01-01T00:00:00Z");
  await visit.page.locator(".saved summary").click();
  await visit.page.getByRole("button", { name: "forget errors of the year" }).click();
  assert.equal(await visit.page.getByRole("button", { name: "errors of the year", exact: true }).count(), 0);
  await visit.close();
});

test("a link that is copied shows the same to somebody else, tomorrow", async () => {
  await visit.open("?q=level%3DERROR+%22did+not+answer%22&timestamp_from=3650d");
  await visit.status(/records/);
  const rows = async () => [await visit.page.locator(".status").innerText(), await visit.page.locator(".window .row").first().innerText()];
  const before = await rows();
  await visit.page.getByRole("button", { name: "Copy link" }).click();
  const link = await visit.clipboard();
  const given = new URL(link).searchParams;
  assert.ok(Date.parse(given.get("timestamp_from")) && Date.parse(given.get("timestamp_to")), link);
  await visit.close();
  await visit.open(new URL(link).search);
  await visit.status(/records/);
  await visit.page.waitForSelector(".window .row .level");
  assert.deepEqual(await rows(), before);
  await visit.close();
});

test("times are chosen, typed, and refused where they make no sense", async () => {
  await visit.open("", { timezoneId: "Europe/Berlin" });
  await visit.status(/\d records/);
  await visit.page.keyboard.press("t");
  await visit.page.locator(".range input").first().fill("nonsense");
  await visit.page.getByRole("button", { name: "Apply" }).click();
  await visit.page.waitForSelector(".range .error");
  await visit.page.locator(".range input").first().fill("2026-01-01 01:00:05"); // an hour ahead of UTC
  await visit.picture("time-range");
  await visit.page.getByRole("button", { name: "Apply" }).click();
  await visit.page.waitForFunction(() => new URLSearchParams(location.search).get("timestamp_from") === "2026-01-01T00:00:05.000Z");
  await visit.status(/\d records/);
  await visit.close();
});

test("a live tail goes on at the end only while one is there", async () => {
  await visit.open("?q=tail%3D*&live=1");
  const feed = async (from, to) => visit.ingest(...Array.from({ length: to - from }, (_, i) => ({ timestamp: new Date().toISOString(), service: "tail", tail: from + i, message: `tick ${from + i}.` })));
  const lastShown = (n) => visit.page.waitForFunction((n) => document.querySelector(".window .row:last-child")?.textContent.includes(`tick ${n}.`), n);
  await visit.status(/live/);
  await feed(0, 200);
  await lastShown(199);
  await feed(200, 300);
  await lastShown(299); // it sticks
  const list = visit.page.locator(".list");
  await list.hover();
  await visit.page.mouse.wheel(0, -600);
  await visit.page.waitForFunction(() => !document.querySelector(".window").textContent.includes("tick 299."));
  const first = await visit.page.locator(".window .row").first().innerText();
  await feed(300, 400);
  await visit.page.waitForSelector(".to-end");
  assert.equal(await visit.page.locator(".window .row").first().innerText(), first, "what is read stays where it is");
  await visit.picture("tail-left");
  await visit.page.locator(".to-end").click();
  await lastShown(399);
  await feed(400, 450);
  await lastShown(449);
  await visit.close();
});

test("all that one needs is done by keys alone", async () => {
  await visit.open();
  const key = visit.page.keyboard;
  await visit.status(/\d records/);
  await key.press("/");
  await key.type("level=ERROR");
  await key.press("Enter");
  await visit.query("level=ERROR");
  await key.press("Escape"); // out of the line
  await visit.status(/\d records/);
  await key.press("j");
  await key.press("Enter");
  await visit.page.waitForSelector(".detail th");
  // Tab reaches the buttons of the record, and they can be pressed.
  const focused = () => visit.page.evaluate(() => document.activeElement?.textContent ?? "");
  let reached = false;
  for (let i = 0; i < 150 && !reached; ++i) {
    await key.press("Tab");
    reached = (await focused()) === "Context ±10";
  }
  assert.ok(reached, "Tab never comes to the record's buttons");
  await key.press("Enter");
  await visit.page.waitForSelector(".around .own");
  await key.press("Escape");
  await visit.page.waitForFunction(() => !document.querySelector(".detail"));
  await key.press("[");
  await visit.page.waitForFunction(() => new URLSearchParams(location.search).has("timestamp_to"));
  await key.press("f");
  await visit.status(/live/);
  await key.press(" ");
  await visit.page.waitForFunction(() => !new URLSearchParams(location.search).has("live"));
  await key.press("?");
  await visit.page.waitForSelector("dialog[open]");
  await visit.picture("help");
  await visit.close();
});

test("patterns narrow the search to what has their shape", async () => {
  await visit.open("?view=patterns&q=level%3DERROR");
  const first = visit.page.locator(".patterns button").first();
  const count = (await first.locator(".count").innerText()).trim();
  await visit.picture("patterns");
  await first.click();
  await visit.page.waitForFunction(() => /message~/.test(new URLSearchParams(location.search).get("q") ?? ""));
  await visit.status(new RegExp(`^${count} records`));
  await visit.close();
});

test("360 pixels are enough for each view", async () => {
  for (const view of ["logs", "patterns", "alerts", "health"]) {
    await visit.open(`?view=${view}&q=level%3DERROR`, { viewport: { width: 360, height: 640 } });
    await visit.page.waitForSelector({ logs: ".row .level", patterns: ".patterns .count", alerts: ".alerts td", health: ".services td" }[view]);
    assert.ok(await visit.page.evaluate(() => [document.documentElement, ...document.querySelectorAll(".scroll")].every((one) => one.scrollWidth <= 360)), `${view} sticks out`);
    await visit.picture(`narrow-${view}`);
    if (view === "logs") {
      await visit.page.locator(".window .row").first().click();
      await visit.page.waitForSelector(".detail th");
      assert.ok(await visit.page.evaluate(() => document.documentElement.scrollWidth <= 360), "a record sticks out");
      await visit.picture("narrow-record");
      await visit.page.locator(".detail .close").click();
      await visit.page.locator(".menu").click();
      await visit.page.locator(".facets .include").first().waitFor();
      await visit.picture("narrow-facets");
    }
    await visit.close();
  }
});
