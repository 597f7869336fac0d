// A live tail under 5,000 records a second for LIVE_SECONDS (default 30): it shows the latest, misses none, and needs no more memory at the end than
// when it had as many rows as it keeps.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { Visit } from "./harness.mjs";

const seconds = Number(process.env.LIVE_SECONDS ?? 30);
const rate = 5000; // at most: a machine with much else to do takes in fewer
const kept = 20_000; // as in rows.ts
const visit = new Visit();
before(() => visit.begin(1000));
after(() => visit.end());

let sent = 0;
async function feed(enough) {
  for (let started = Date.now(), batches = 0; !enough(); ++batches) {
    let body = "";
    for (let i = 0; i < rate / 10; ++i, ++sent)
      body += JSON.stringify({ timestamp: new Date().toISOString(), level: "INFO", service: "live", message: `tick ${sent}. ${"x".repeat(200)}`, n: sent }) + "\n";
    const answer = await fetch(`${visit.origin}/logs/ingest`, { method: "POST", headers: { "Content-Type": "application/x-ndjson" }, body });
    assert.equal(answer.status, 200);
    await new Promise((done) => setTimeout(done, Math.max(0, started + batches * 100 - Date.now())));
  }
}
const feedSeconds = (seconds) => {
  const end = Date.now() + seconds * 1000;
  return feed(() => Date.now() >= end);
};
const shows = (n) => visit.page.waitForFunction((text) => document.querySelector(".window .row:last-child .text")?.textContent.startsWith(text), `tick ${n}.`);

test(`${rate} records a second for ${seconds} s`, async () => {
  await visit.open("?live=1&q=service%3Dlive");
  await visit.status(/live/);
  const session = await visit.page.context().newCDPSession(visit.page);
  const heap = async () => {
    await session.send("HeapProfiler.collectGarbage");
    return (await session.send("Runtime.getHeapUsage")).usedSize;
  };
  await feed(() => sent >= 2 * kept);
  await shows(sent - 1);
  const early = await heap();
  const before = sent;
  await feedSeconds(seconds);
  await shows(sent - 1);
  const late = await heap();
  console.log(`${sent - before} records in ${seconds} s; heap ${(early / 1e6).toFixed(1)} MB before, ${(late / 1e6).toFixed(1)} MB behind`);
  await visit.status(new RegExp(`^${sent.toLocaleString("en")} records, live`));
  // Of what was let go up to as much again may wait to be cleared away.
  assert.ok(late < early + 20e6, `the heap grew from ${early} to ${late} bytes with ${sent - before} records`);
  assert.ok((await visit.page.locator("*").count()) < 1_000, "only rows that are in view are in the document");
  await visit.close();
});

test("what is read further up stays where it is while older rows are let go", async () => {
  await visit.open("?live=1&q=service%3Dlive");
  await visit.status(/live/);
  const from = sent;
  await feed(() => sent >= from + kept);
  await shows(sent - 1);
  const list = visit.page.locator(".list");
  await list.evaluate((list) => (list.scrollTop = list.scrollHeight / 2));
  await visit.page.waitForFunction((n) => !document.querySelector(".window").textContent.includes(`tick ${n}.`), sent - 1);
  const shown = () => list.evaluate((list) => {
    const top = list.getBoundingClientRect().top;
    const row = [...list.querySelectorAll(".window .row")].find((row) => row.getBoundingClientRect().bottom > top + 1);
    return `${row.querySelector(".text").textContent.slice(0, 20)} at ${Math.round(row.getBoundingClientRect().top - top)}`;
  });
  const before = await shown();
  const until = sent + kept / 4;
  await feed(() => sent >= until);
  await visit.status(new RegExp(`^${(sent - from).toLocaleString("en")} records, live`));
  await visit.page.waitForSelector(".to-end");
  assert.equal(await shown(), before);
  await visit.picture("live");
  await visit.page.locator(".to-end").click();
  await shows(sent - 1);
  await visit.close();
});
