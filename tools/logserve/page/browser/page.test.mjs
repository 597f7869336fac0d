// The page in a real browser, on a real server with a real store. CHROMIUM says where the browser is, BIN where the programs are;
// LIVE_SECONDS (default 3) how long the live tail runs; SCREENSHOTS a folder to put pictures into.
import assert from "node:assert/strict";
import { spawn, spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { chromium } from "playwright-core";

const liveSeconds = Number(process.env.LIVE_SECONDS ?? 3);
const liveRate = 5000;
const records = 50_000;
const work = mkdtempSync(join(tmpdir(), "logserve-page."));
const program = (name) => join(process.env.BIN ?? "", name);
let server, origin, browser, page;
const complaints = [];

async function start() {
  server = spawn(program("logserve"), ["-d", "S", "--listen", "127.0.0.1:0", "--print-address"], { cwd: work, stdio: ["ignore", "inherit", "pipe"] });
  let text = "";
  return new Promise((resolve, reject) => {
    server.stderr.on("data", (piece) => {
      text += piece;
      const found = /http:\/\/127\.0\.0\.1:\d+/.exec(text);
      if (found) resolve(found[0]);
    });
    server.on("exit", (status) => reject(new Error(`logserve ended with ${status}: ${text}`)));
  });
}

before(async () => {
  const filled = spawnSync("bash", ["-c", `"${program("loggen")}" -n ${records} --seed 7 -o json | "${program("logstore")}" -q -d S`], { cwd: work, encoding: "utf8" });
  assert.equal(filled.status, 0, filled.stderr);
  origin = await start();
  browser = await chromium.launch({
    executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
    args: ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"],
  });
});

after(async () => {
  await browser?.close();
  server?.kill("SIGTERM");
  rmSync(work, { recursive: true, force: true });
});

async function open(search = "", options = {}) {
  const context = await browser.newContext({ viewport: { width: 1280, height: 800 }, timezoneId: "Etc/UTC", ...options });
  page = await context.newPage();
  page.on("pageerror", (error) => complaints.push(String(error)));
  page.on("console", (message) => message.type() === "error" && complaints.push(message.text()));
  await page.goto(`${origin}/${search}`);
  return page;
}

async function picture(name) {
  if (!process.env.SCREENSHOTS) return;
  mkdirSync(process.env.SCREENSHOTS, { recursive: true });
  await page.screenshot({ path: join(process.env.SCREENSHOTS, `${name}.png`) });
}

async function close() {
  await page.context().close();
  assert.deepEqual(complaints, [], "the browser's console has errors");
}

async function status(pattern) {
  await page.waitForFunction((source) => new RegExp(source).test(document.querySelector(".status")?.textContent ?? ""), pattern.source);
}

test("the first screen has rows, bars and facets", async () => {
  await open();
  await status(/50,000 records/);
  await page.waitForSelector(".row .level");
  await page.waitForSelector(".u-over");
  await page.waitForSelector(".facets summary");
  await picture("first-screen");
  await close();
});

test("a query is typed, completed and run", async () => {
  await open();
  await page.waitForSelector(".facets summary");
  await page.keyboard.press("/");
  await page.keyboard.type("lev");
  await page.waitForSelector(".choices li");
  await page.keyboard.press("Tab");
  await page.waitForFunction(() => [...document.querySelectorAll(".choices li")].some((one) => one.textContent.startsWith("ERROR")));
  await page.keyboard.type("ERR");
  await page.waitForFunction(() => document.querySelectorAll(".choices li").length === 1);
  await picture("completion");
  await page.keyboard.press("Tab");
  await page.keyboard.press("Enter");
  await page.waitForFunction(() => new URLSearchParams(location.search).get("q")?.trim() === "level=ERROR");
  await page.waitForFunction(() => [...document.querySelectorAll(".row .level:not(:empty)")].every((one) => one.textContent === "ERROR"));
  await close();
});

test("a query with stages is answered by a table, a wrong one by the place of the error", async () => {
  await open(`?q=${encodeURIComponent("* | count by level")}`);
  await page.waitForSelector("table.answer td");
  assert.equal(await page.locator("table.answer tbody tr").count(), 4);
  await picture("table");
  await close();
  await open(`?q=${encodeURIComponent("level=")}`);
  await page.waitForSelector("pre.error");
  complaints.length = 0; // a refused request is in the console
  await close();
});

test("dragging over the bars zooms, and the address says so", async () => {
  await open();
  const plot = await (await page.waitForSelector(".u-over")).boundingBox();
  await page.mouse.move(plot.x + plot.width * 0.25, plot.y + 40);
  await page.mouse.down();
  await page.mouse.move(plot.x + plot.width * 0.5, plot.y + 40, { steps: 5 });
  await page.mouse.up();
  await page.waitForFunction(() => new URLSearchParams(location.search).has("timestamp_from"));
  const range = await page.evaluate(() => Object.fromEntries(new URLSearchParams(location.search)));
  assert.ok(Date.parse(range.timestamp_from) < Date.parse(range.timestamp_to));
  await status(/records/);
  await page.goBack();
  await status(/50,000 records/);
  await close();
});

test("facets narrow and leave out", async () => {
  await open();
  await page.locator(".facets .include", { hasText: "ERROR" }).first().click();
  await page.waitForFunction(() => new URLSearchParams(location.search).get("q") === "level=ERROR");
  await page.locator(".facets .include", { hasText: "auth" }).first().click({ modifiers: ["Alt"] });
  await page.waitForFunction(() => new URLSearchParams(location.search).get("q") === "level=ERROR service!=auth");
  await close();
});

test("keys walk through the records and open one", async () => {
  await open();
  await page.waitForSelector(".row .level");
  for (const key of ["j", "j", "j", "k", "o"]) await page.keyboard.press(key);
  await page.waitForSelector(".detail th");
  await page.getByRole("button", { name: "Context ±10" }).click();
  await page.waitForSelector(".around .own");
  assert.equal(await page.locator(".around li").count() <= 21, true);
  await picture("record");
  await page.getByRole("button", { name: "Trace", exact: true }).click();
  await page.waitForSelector(".trace button");
  await picture("trace");
  await page.keyboard.press("?");
  await page.waitForSelector("dialog[open]");
  await page.keyboard.press("Escape");
  await close();
});

test("the list scrolls through all pages", async () => {
  await open("?q=level=DEBUG");
  await page.waitForSelector(".row .level");
  for (let i = 0; i < 40; ++i) {
    await page.locator(".list").evaluate((list) => (list.scrollTop = list.scrollHeight));
    await page.waitForTimeout(30);
  }
  await page.waitForFunction(() => document.querySelectorAll(".row").length > 5 && document.querySelectorAll(".row .level:not(:empty)").length > 5);
  assert.ok((await page.locator(".row").count()) < 100, "only what is visible is in the document");
  await close();
});

test("patterns and health", async () => {
  await open("?view=patterns");
  await page.waitForSelector(".patterns .count");
  await picture("patterns");
  await close();
  await open("?view=health");
  await page.waitForSelector(".health caption");
  await picture("health");
  await close();
});

test("dark when the system is dark, and when told", async () => {
  await open("", { colorScheme: "dark" });
  await status(/records/);
  const background = () => page.evaluate(() => getComputedStyle(document.body).backgroundColor);
  const dark = await background();
  await picture("dark");
  await page.getByRole("button", { name: "dark or light" }).click();
  await page.waitForFunction((before) => getComputedStyle(document.body).backgroundColor !== before, dark);
  await close();
});

test("360 pixels are enough", async () => {
  await open("", { viewport: { width: 360, height: 640 } });
  await page.waitForSelector(".row .level");
  assert.equal(await page.evaluate(() => document.documentElement.scrollWidth <= 360), true, "nothing sticks out");
  await picture("narrow");
  await close();
});

test("without scripts there is a plain list", async () => {
  await open("?q=level%3DERROR", { javaScriptEnabled: false });
  assert.match(await page.locator(".plain").innerText(), /ERROR/);
  await picture("plain");
  await close();
});

test("log text is never markup", async () => {
  const evil = { level: "ERROR", message: `<img src=x onerror="document.title='evil'"><script>document.title='evil'</script>`, evil: "</td><b>bold</b>" };
  const answer = await fetch(`${origin}/logs/ingest`, { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(evil) });
  assert.equal(answer.status, 200);
  for (const options of [{}, { javaScriptEnabled: false }]) {
    await open("?q=evil%3D*", options);
    await page.waitForSelector(options.javaScriptEnabled === false ? ".plain" : ".row .level");
    assert.equal(await page.locator("b, img").count(), 0);
    assert.notEqual(await page.title(), "evil");
    await close();
  }
});

test(`live: ${liveRate} records a second for ${liveSeconds} s`, async () => {
  await open("?live=1");
  const session = await page.context().newCDPSession(page);
  const heap = async () => {
    await session.send("HeapProfiler.collectGarbage");
    return (await session.send("Runtime.getHeapUsage")).usedSize;
  };
  let sent = 0;
  const feed = async (seconds) => {
    const end = Date.now() + seconds * 1000;
    while (Date.now() < end) {
      const started = Date.now();
      let body = "";
      for (let i = 0; i < liveRate / 10; ++i) body += JSON.stringify({ timestamp: new Date().toISOString(), level: "INFO", service: "live", message: "tick", n: sent++ }) + "\n";
      const answer = await fetch(`${origin}/logs/ingest`, { method: "POST", headers: { "Content-Type": "application/x-ndjson" }, body });
      assert.equal(answer.status, 200);
      await new Promise((done) => setTimeout(done, Math.max(0, 100 - (Date.now() - started))));
    }
  };
  const shown = () => page.evaluate(() => Number((document.querySelector(".row:last-child .rest")?.textContent ?? "").match(/ n=(\d+)/)?.[1] ?? -1));
  const caughtUp = () => page.waitForFunction((n) => Number((document.querySelector(".window .row:last-child .rest")?.textContent ?? "").match(/ n=(\d+)/)?.[1]) >= n, sent - 1);
  await feed(1);
  await caughtUp();
  const early = await heap();
  await feed(liveSeconds);
  await caughtUp();
  const late = await heap();
  // Rows are kept up to a bound: 20,000 of about 300 bytes.
  assert.ok(late < early + 40e6, `the heap grew from ${early} to ${late} bytes`);
  // Who scrolls up stays there.
  await page.locator(".list").evaluate((list) => (list.scrollTop = 0));
  await page.waitForTimeout(100);
  const before = await shown();
  await feed(0.5);
  await page.waitForSelector(".to-end");
  assert.notEqual(before, sent - 1);
  await picture("live");
  await close();
});
