// How long the page takes: measure.mjs ORIGIN RUNS ROWS. bench/page.sh says of what, and prints it.
import { startBrowser } from "./harness.mjs";

const [origin, runs, rowsWanted] = [process.argv[2], Number(process.argv[3]), Number(process.argv[4])];
const browser = await startBrowser();
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
  console.log(`${what.padEnd(34)} ${["painted", ...Object.keys(steps)].map((name) => `${name} ${ms(middle(found[name] ?? [NaN]))}`).join("  ")}`);
}

// Down to so many rows, then through them: how long frames take meanwhile.
async function scroll() {
  const page = await browser.newPage({ viewport: { width: 1280, height: 800 } });
  await page.goto(origin);
  await page.waitForSelector(steps.rows);
  const began = Date.now();
  const reached = await page.evaluate(async (wanted) => {
    const list = document.querySelector(".list");
    const label = () => Number(list.dataset.rows);
    for (let last = -1, still = 0; label() < wanted && still < 500; ) {
      list.scrollTop = list.scrollHeight;
      await new Promise((done) => requestAnimationFrame(done));
      still = label() === last ? still + 1 : 0;
      last = label();
    }
    return label();
  }, rowsWanted);
  console.log(`scrolled down to ${reached} rows in ${((Date.now() - began) / 1000).toFixed(1)} s`);
  for (const [what, by] of [["line by line", 66], ["page by page", 500], ["all over", 0]]) {
    const frames = await page.evaluate(async (by) => {
      const list = document.querySelector(".list");
      list.scrollTop = list.scrollHeight / 2;
      await new Promise((done) => setTimeout(done, 500));
      const times = [];
      let last = performance.now();
      for (let i = 0; i < 300; ++i) {
        list.scrollTop = by > 0 ? list.scrollTop + by : (((i * 7919) % 1000) / 1000) * list.scrollHeight;
        const now = await new Promise((done) => requestAnimationFrame(done));
        times.push(now - last);
        last = now;
      }
      return times.slice(1).sort((a, b) => a - b);
    }, by);
    const at = (share) => frames[Math.floor(share * (frames.length - 1))].toFixed(1);
    console.log(`frames while scrolling ${what.padEnd(13)} p50 ${at(0.5)} ms  p99 ${at(0.99)} ms  longest ${at(1)} ms`);
  }
  const session = await page.context().newCDPSession(page);
  await session.send("HeapProfiler.collectGarbage");
  console.log(`heap with ${reached} rows: ${((await session.send("Runtime.getHeapUsage")).usedSize / 1e6).toFixed(1)} MB`);
}

await firstPaint("all records, nothing cached", "", false);
await firstPaint("all records, scripts cached", "", true);
await firstPaint("level=ERROR service=auth, cached", "?q=level%3DERROR+service%3Dauth", true);
if (rowsWanted > 0) await scroll();
await browser.close();
