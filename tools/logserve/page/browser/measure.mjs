// How long the page takes: measure.mjs ORIGIN RUNS ROWS. bench/page.sh says of what, and prints it.
import { startBrowser } from "./harness.mjs";

const [origin, runs, rowsWanted] = [process.argv[2], Number(process.argv[3]), Number(process.argv[4])];
const browser = await startBrowser();
const kRowsBarMs = 300; // first paint with results, of 10 million records
const steps = { rows: ".window .row .level", total: ".status.total", bars: ".u-over", facets: ".facets summary" };

// When each is in the document, and painted: at the frame behind it.
async function visit(page, search) {
  await page.goto(`${origin}/${search}`, { waitUntil: "commit" });
  await page.waitForFunction((names) => names.every((name) => window.seen?.[name] !== undefined), Object.keys(steps), { timeout: 120_000 });
  return page.evaluate(() => ({ ...window.seen, painted: performance.getEntriesByName("first-contentful-paint")[0]?.startTime }));
}

function watch(steps) {
  window.seen = {};
  const look = () => {
    for (const [name, selector] of Object.entries(steps))
      if (!(name in window.seen) && document.querySelector(selector)) {
        window.seen[name] = 0;
        requestAnimationFrame(() => setTimeout(() => (window.seen[name] = performance.now())));
      }
  };
  new MutationObserver(look).observe(document, { childList: true, subtree: true, attributes: true, attributeFilter: ["class"] });
}

const middle = (all) => all.sort((a, b) => a - b)[Math.floor(all.length / 2)];
const ms = (n) => `${Math.round(n).toString().padStart(6)} ms`;

async function firstPaint(what, search, cached) {
  const found = {};
  let context = await browser.newContext({ viewport: { width: 1280, height: 800 } });
  for (let run = 0; run < runs + 1; ++run) {
    if (!cached && run > 0) {
      await context.close();
      context = await browser.newContext({ viewport: { width: 1280, height: 800 } });
    }
    const page = await context.newPage();
    await page.addInitScript(watch, steps);
    const seen = await visit(page, search);
    if (run > 0) for (const [name, at] of Object.entries(seen)) (found[name] ??= []).push(at);
    await page.close();
  }
  await context.close();
  const times = ["painted", ...Object.keys(steps)].map((name) => `${name} ${ms(middle(found[name] ?? [NaN]))}`).join("  ");
  console.log(`${what.padEnd(34)} ${times}  (bar: rows < ${kRowsBarMs} ms: ${middle(found.rows) < kRowsBarMs ? "met" : "MISSED"})`);
}

// Through all rows in each way that people have: how long frames take meanwhile, how soon the rows of another place are there, and whether
// they are the right ones: of rows in the order of time, each of those that are shown is older than the one above it.
async function scroll() {
  const page = await browser.newPage({ viewport: { width: 1280, height: 800 } });
  await page.goto(origin);
  await page.waitForSelector(steps.total, { timeout: 120_000 });
  await page.waitForFunction((wanted) => Number(document.querySelector(".list").dataset.rows) >= wanted, rowsWanted);
  const rows = await page.evaluate(() => Number(document.querySelector(".list").dataset.rows));
  console.log(`a list of ${rows} rows`);
  await page.evaluate(() => {
    window.frames = [];
    let last = performance.now();
    const frame = (now) => {
      window.frames.push(now - last);
      last = now;
      requestAnimationFrame(frame);
    };
    requestAnimationFrame(frame);
  });
  const there = () => page.waitForFunction(() => {
    const shown = [...document.querySelectorAll(".window .row")];
    const times = shown.map((row) => (row.querySelector(".when")?.title ?? "").replace("Z", ""));
    if (times.includes("")) return false;
    if (times.some((one, i) => i > 0 && one > times[i - 1])) throw new Error(`out of order: ${times}`);
    return true;
  });
  const list = await page.locator(".list").boundingBox();
  const ways = {
    "by the wheel": async () => {
      await page.mouse.move(list.x + 300, list.y + 300);
      for (let i = 0; i < 200; ++i) {
        await page.mouse.wheel(0, 120);
        await page.waitForTimeout(8);
      }
    },
    "by dragging": async () => {
      for (let i = 0; i <= 200; ++i) {
        await page.evaluate((share) => {
          const list = document.querySelector(".list");
          list.scrollTop = share * (list.scrollHeight - list.clientHeight);
        }, i / 200);
        await page.waitForTimeout(8);
      }
    },
    "to and fro": async () => {
      for (let i = 0; i < 100; ++i) {
        await page.keyboard.press(["End", "PageUp", "Home", "PageDown"][i % 4]);
        await page.waitForTimeout(16);
      }
    },
  };
  const at = (sorted, share) => sorted[Math.floor(share * (sorted.length - 1))].toFixed(1).padStart(6);
  for (const [what, way] of Object.entries(ways)) {
    await page.evaluate(() => (window.frames.length = 0));
    await way();
    const frames = (await page.evaluate(() => window.frames)).sort((a, b) => a - b);
    const began = Date.now();
    await there();
    console.log(`${what.padEnd(14)} frames p50 ${at(frames, 0.5)} ms  p99 ${at(frames, 0.99)} ms  longest ${at(frames, 1)} ms; rows there after ${Date.now() - began} ms`);
  }
  const jumps = [];
  for (let i = 1; i <= 30; ++i) {
    const began = performance.now();
    await page.evaluate((share) => {
      const list = document.querySelector(".list");
      list.scrollTop = share * (list.scrollHeight - list.clientHeight);
    }, (i * 0.618) % 1);
    await page.waitForTimeout(20);
    await there();
    jumps.push(performance.now() - began);
  }
  jumps.sort((a, b) => a - b);
  console.log(`a jump to anywhere: rows there after p50 ${at(jumps, 0.5)} ms  longest ${at(jumps, 1)} ms`);
  const session = await page.context().newCDPSession(page);
  await session.send("HeapProfiler.collectGarbage");
  const nodes = await page.evaluate(() => document.querySelectorAll("*").length);
  console.log(`afterwards ${((await session.send("Runtime.getHeapUsage")).usedSize / 1e6).toFixed(1)} MB of heap, ${nodes} elements`);
}

await firstPaint("all records, nothing cached", "", false);
await firstPaint("all records, scripts cached", "", true);
await firstPaint("level=ERROR service=auth, cached", "?q=level%3DERROR+service%3Dauth", true);
if (rowsWanted > 0) await scroll();
await browser.close();
