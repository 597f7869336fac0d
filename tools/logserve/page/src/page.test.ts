import assert from "node:assert/strict";
import { test } from "node:test";
import { eventParser, type Query, type Row, type StreamEvent } from "./api";
import { facetsOf } from "./facets";
import { sharesOf } from "./health";
import { stackOf } from "./histogram";
import { parseMetrics, rateOf, rates } from "./metrics";
import { read, write } from "./params";
import { LiveRows, pageRows, SearchRows } from "./rows";
import * as time from "./time";

test("an address says what is shown, and what is usual is left out", () => {
  const search = "?q=a%3D1&timestamp_from=2h&trace=ab&by=host&view=trace&live=1";
  assert.deepEqual(read(write(read(search))), read(search));
  assert.equal(write(read("")), "");
  assert.equal(read("?view=<b>").view, "logs");
});

test("events come whole, however the text is cut", () => {
  const text = ": hello\r\nid: 7\r\ndata: {\"a\":1}\r\n\r\nevent: slow\ndata: 5\ndata: 6\n\n: alive\nid: 8\n\n";
  const whole: StreamEvent[] = [{ id: "7", event: "", data: '{"a":1}' }, { id: "", event: "slow", data: "5\n6" }, { id: "8", event: "", data: "" }];
  for (let cut = 0; cut <= text.length; ++cut) {
    const found: StreamEvent[] = [];
    const parse = eventParser((event) => found.push(event));
    parse(text.slice(0, cut));
    parse(text.slice(cut));
    assert.deepEqual(found, whole);
  }
});

// A store of `size` records, whose pages are named by their first row.
function pagesOf(size: number, asked: string[]) {
  return async (query: Query) => {
    asked.push(String(query.page_token));
    const start = Number(query.page_token || 0);
    const end = Math.min(size, start + pageRows);
    const logs: Row[] = [];
    for (let i = start; i < end; ++i) logs.push({ n: i });
    return { logs, next_page_token: end < size ? String(end) : undefined };
  };
}

test("a million rows are scrolled through with a bounded number of them in memory", async () => {
  const asked: string[] = [];
  const rows = new SearchRows({}, () => {}, pagesOf(1_000_000, asked));
  for (let page = 0; page < 1_000_000 / pageRows; ++page) await rows.fetchPage(page);
  assert.equal(rows.count, 1_000_000);
  assert.equal(rows.done, true);
  assert.deepEqual(rows.at(999_999), { n: 999_999 });
  assert.equal(rows.at(0), undefined);
  await new Promise((done) => setTimeout(done));
  assert.deepEqual(rows.at(0), { n: 0 });
  assert.equal(new Set(asked).size, 1_000_000 / pageRows);
});

test("a search that fails says so once", async () => {
  let asked = 0;
  const rows = new SearchRows({}, () => {}, async () => {
    ++asked;
    throw new Error("no");
  });
  await rows.fetchPage(0);
  await rows.fetchPage(0);
  assert.equal(rows.error, "no");
  assert.equal(asked, 1);
});

test("a live list keeps the latest", () => {
  const rows = new LiveRows(100);
  for (let i = 0; i < 1050; ++i) rows.add([{ n: i }]);
  assert.equal(rows.count, 100);
  assert.equal(rows.dropped, 950);
  assert.deepEqual(rows.at(0), { n: 950 });
  assert.deepEqual(rows.at(99), { n: 1049 });
});

test("hits become bars with the lowest level at the bottom, gaps as zero", () => {
  const rows = [
    { timestamp: "2026-01-01T00:00:00Z", level: "ERROR", count: 2 },
    { timestamp: "2026-01-01T00:00:00Z", level: "INFO", count: 5 },
    { timestamp: "2026-01-01T00:02:00Z", level: "INFO", count: 7 },
  ];
  const stack = stackOf(rows, "level", 60_000);
  assert.deepEqual(stack.names, ["INFO", "ERROR"]);
  assert.equal(stack.x.length, 3);
  assert.deepEqual(stack.counts, [[5, 0, 7], [2, 0, 0]]);
});

test("values beyond the most frequent are one series", () => {
  const rows = Array.from({ length: 20 }, (_, i) => ({ timestamp: "2026-01-01T00:00:00Z", host: `h${i}`, count: 20 - i }));
  const stack = stackOf(rows, "host", 60_000);
  assert.equal(stack.names.at(-1), "(other)");
  assert.equal(stack.counts.flat().reduce((a, b) => a + b), 210);
});

test("facets begin with the fields that are looked at first", () => {
  const facets = facetsOf([
    { field: "user", value: "a", count: 1 },
    { field: "level", value: "INFO", count: 3 },
    { field: "level", value: "WARN", count: 2 },
  ]);
  assert.deepEqual(facets.map((one) => one.field), ["level", "user"]);
  assert.equal(facets[0].values.length, 2);
});

test("counters are told from what they grew by", () => {
  const before = parseMetrics('# HELP x y\nlogmill_records_in_total{program="logstore"} 10\n');
  const after = parseMetrics('logmill_records_in_total{program="logstore"} 30\nlogmill_records_pending{program="a\\"b"} 4\n');
  const grown = rates(before, after, 2);
  assert.equal(rateOf(grown, after[0]), 10);
  assert.equal(rateOf(grown, after[1]), undefined);
  assert.equal(after[1].labels.program, 'a"b');
});

test("the disk is shared out by records", () => {
  const shares = sharesOf([{ service: "a", count: 1 }, { service: null, count: 3 }], [{ service: "a", count: 1 }], 400);
  assert.deepEqual(shares, [
    { service: "", records: 3, bytes: 300, errors: 0 },
    { service: "a", records: 1, bytes: 100, errors: 1 },
  ]);
  assert.deepEqual(sharesOf([], [], 400), []);
});

test("times and spans", () => {
  assert.equal(time.parse("2h", 7_200_000), 0);
  assert.equal(time.parse("nonsense", 0), undefined);
  assert.equal(time.parse("2026-11-21 14:00", 0), Date.parse("2026-11-21T14:00:00Z"));
  assert.equal(time.typed("2026-11-21 14:00", true), "2026-11-21 14:00");
  assert.equal(time.typed("2026-11-21 14:00", false), new Date(2026, 10, 21, 14).toISOString());
  assert.equal(time.typed("2026-11-21", false), new Date(2026, 10, 21).toISOString());
  assert.equal(time.typed("2h", false), "2h");
  assert.equal(time.spanOf(0, 3_600_000).text, "30s");
  assert.equal(time.clock("2026-01-01T00:00:00.1234Z", true), "00:00:00.123");
  assert.equal(time.duration(2.5), "2.50 ms");
});
