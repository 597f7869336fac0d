import assert from "node:assert/strict";
import { test } from "node:test";
import { ApiError, eventParser, type Query, type Row, type StreamEvent } from "./api";
import { facetsOf } from "./facets";
import { sharesOf } from "./health";
import { stackOf, tick } from "./histogram";
import { messagesOf, parseMetrics, rateOf, rates } from "./metrics";
import { read, write } from "./params";
import { LiveRows, SearchRows } from "./rows";
import * as time from "./time";

test("an address says what is shown, and what is usual is left out", () => {
  const search = "?q=a%3D1&timestamp_from=2h&trace=ab&by=host&view=trace&live=1";
  assert.deepEqual(read(write(read(search))), read(search));
  assert.equal(write(read("")), "");
  assert.equal(read("?view=<b>").view, "logs");
});

test("the time under the bars is that of the list: 24 hours, as fine as it must be", () => {
  const at = Date.parse("2026-11-22T17:05:00Z") / 1000, midnight = Date.parse("2026-11-22T00:00:00Z") / 1000;
  assert.equal(tick(at, 300, true), "17:05");
  assert.equal(tick(at + 5, 5, true), "17:05:05");
  assert.equal(tick(at + 0.25, 0.05, true), "17:05:00.250");
  assert.equal(tick(midnight, 3600, true), "11-22");
  assert.equal(tick(midnight, 60, true), "00:00");
  assert.equal(tick(at, 86400, true), "11-22");
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

// A store whose records have these times, the latest first, and their index as `n`. Tokens are the index of the row that they go on at.
class Store {
  asked: string[] = [];
  constructor(readonly times: number[]) {}

  // [from, to) of the rows within the times of a query.
  private within(query: Query): [number, number] {
    const from = query.timestamp_from ? Date.parse(String(query.timestamp_from)) : -Infinity;
    const to = query.timestamp_to ? Date.parse(String(query.timestamp_to)) : Infinity;
    const behind = (test: (time: number) => boolean) => {
      let low = 0;
      for (let high = this.times.length; low < high; ) {
        const middle = (low + high) >> 1;
        if (test(this.times[middle])) high = middle;
        else low = middle + 1;
      }
      return low;
    };
    return [behind((time) => time <= to), behind((time) => time < from)];
  }
  load = async (query: Query) => {
    const [first, end] = this.within(query);
    const start = Math.max(first, Number(query.page_token || 0));
    this.asked.push(`rows ${start}`);
    const stop = Math.min(end, start + Number(query.limit));
    const logs: Row[] = [];
    for (let i = start; i < stop; ++i) logs.push({ n: i, timestamp: time.iso(this.times[i]) });
    return { logs, next_page_token: stop - start === Number(query.limit) ? String(stop) : undefined };
  };
  count = async (query: Query) => {
    const [first, end] = this.within(query);
    const span = time.spans.find(([, text]) => text === / timechart (\S+) /.exec(String(query.q))![1])![0];
    this.asked.push(`counts by ${span}`);
    const counts = new Map<number, number>();
    for (let i = first; i < end; ++i) {
      const from = Math.floor(this.times[i] / span) * span;
      counts.set(from, (counts.get(from) ?? 0) + 1);
    }
    return { rows: [...counts].map(([from, count]) => ({ timestamp: time.iso(from), count })) };
  };
  get extent() {
    const to = this.times[0], from = this.times[this.times.length - 1];
    return { total: this.times.length, from, to, timestamp_from: "", timestamp_to: time.iso(to) };
  }
}

const begin = Date.parse("2026-01-01T00:00:00Z");
const turn = () => new Promise((done) => setTimeout(done));

// What is at a row once everything that it needs was loaded; a page asks again whenever something has come.
async function rowAt(rows: SearchRows, index: number) {
  for (let i = 0; i < 5000 && !rows.at(index); ++i) await turn();
  return rows.at(index)?.n;
}

test("a list that is scrolled down loads a page after the other, and keeps a bounded number", async () => {
  const store = new Store(Array.from({ length: 100_000 }, (_, i) => begin - i));
  const rows = new SearchRows({}, () => {}, store.load, store.count);
  await rows.begin();
  for (let i = 0; i < 100_000; ++i) if (rows.at(i)?.n !== i) assert.equal(await rowAt(rows, i), i);
  await turn();
  assert.equal(rows.count, 100_000);
  assert.equal(rows.done, true);
  assert.ok(rows.rowsKept <= 20_000);
  assert.equal(await rowAt(rows, 0), 0);
  assert.equal(new Set(store.asked).size, 201);
});

test("any of a million rows is there after a few requests", async () => {
  // Unevenly: quiet and busy hours, a day of nothing, three thousand at one instant.
  const times: number[] = [];
  let at = begin;
  for (let i = 0; i < 1_000_000; ++i) {
    if (i === 300_000) at -= 86_400_000;
    if (i < 500_000 || i > 503_000) at -= i % 40_000 < 20_000 ? i % 3 : 700 + (i % 997);
    times.push(at);
  }
  const store = new Store(times);
  const rows = new SearchRows({}, () => {}, store.load, store.count);
  await rows.begin();
  rows.spread(store.extent);
  assert.equal(rows.count, 1_000_000);
  for (const index of [999_999, 500_001, 502_999, 503_002, 0, 250_000, 299_999, 300_000, 777_777, 40_000, 1]) {
    store.asked = [];
    assert.equal(await rowAt(rows, index), index);
    assert.ok(store.asked.length <= 20, `${index}: ${store.asked}`);
  }
  for (let i = 1, index = 0; i < 300; ++i) {
    index = (index + 617_411) % 1_000_000;
    if ((await rowAt(rows, index)) !== index) assert.equal(await rowAt(rows, index), index);
  }
  // From there line by line, over the borders of pages and parts, both ways.
  for (let index = 299_000; index < 301_500; ++index) assert.equal(await rowAt(rows, index), index);
  for (let index = 504_000; index > 499_500; --index) assert.equal(await rowAt(rows, index), index);
  assert.ok(rows.rowsKept <= 20_000);
  assert.equal(rows.count, 1_000_000);
});

test("rows that come or go behind one's back do not bring the others out of step", async () => {
  const store = new Store(Array.from({ length: 50_000 }, (_, i) => begin - 10 * i));
  const rows = new SearchRows({}, () => {}, store.load, store.count);
  await rows.begin();
  rows.spread(store.extent);
  await rowAt(rows, 49_000);
  store.times.splice(10_000, 100); // deleted
  assert.notEqual(await rowAt(rows, 10_000), undefined);
  for (let i = 9_000; i < 11_000; ++i) await rowAt(rows, i);
  assert.equal(rows.count, 49_900);
});

test("a server that is busy is asked again, one that refuses is not", async () => {
  const store = new Store(Array.from({ length: 5_000 }, (_, i) => begin - i));
  let busy = 0;
  const load = async (query: Query) => {
    if (busy-- > 0) throw new ApiError(429, "too many");
    return store.load(query);
  };
  const rows = new SearchRows({}, () => {}, load, store.count);
  await rows.begin();
  rows.spread(store.extent);
  busy = 1;
  rows.at(1000);
  await turn();
  assert.equal(rows.error, "");
  const late = Date.now() + 60_000;
  while (!rows.at(1000) && Date.now() < late) await turn();
  assert.equal(rows.at(1000)?.n, 1000);

  let asked = 0;
  const refused = new SearchRows({}, () => {}, async () => {
    ++asked;
    throw new ApiError(400, "no");
  });
  await refused.begin();
  await refused.begin();
  assert.equal(refused.error, "no");
  assert.equal(asked, 1);
});

test("a live list keeps the latest, and each at its index", () => {
  const rows = new LiveRows(100);
  for (let i = 0; i < 1050; ++i) rows.add([{ n: i }]);
  assert.equal(rows.count, 1050);
  assert.equal(rows.first, 950);
  assert.equal(rows.at(949), undefined);
  for (const i of [950, 1000, 1049]) assert.deepEqual(rows.at(i), { n: i });
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

test("what the processes of a program reported is one line", () => {
  const of = (program: string, errors: number, warnings: number) =>
    `logmill_messages_total{program="${program}",severity="error"} ${errors}\nlogmill_messages_total{program="${program}",severity="warning"} ${warnings}\n`;
  const last = (seconds: number) => `logmill_last_message_timestamp_seconds{program="logship"} ${seconds}\n`;
  const samples = parseMetrics(of("logstore", 0, 0) + of("logship", 1, 2) + last(30) + of("logship", 0, 5) + last(20));
  assert.deepEqual(messagesOf(samples), [
    { program: "logship", errors: 1, warnings: 7, last: 30_000 },
    { program: "logstore", errors: 0, warnings: 0 },
  ]);
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
