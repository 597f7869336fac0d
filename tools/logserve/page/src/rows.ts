// The rows behind a list: those of a search, loaded where one looks, or what a live tail brings.
import { ApiError, get, type Query, type Row, type Rows, type Search } from "./api";
import { split } from "./query_text";
import * as time from "./time";

export interface RowSource {
  readonly first: number; // rows before it have been let go
  readonly count: number; // behind the last row that can be scrolled to
  at(index: number): Row | undefined; // undefined: not here yet; asking for it loads it
}

export const pageRows = 500; // as in answer_page.cc
const pagesKept = 40;
const loadsMax = 2; // at once: who drags through the list would ask for more than a server should answer
const retryMs = 1000;
// A part with fewer pages is walked through; of a larger one it is asked first what lies where.
const pagesWalked = 4;
const spansMax = 500;

type Load = (query: Query, signal: AbortSignal) => Promise<Search>;
type Count = (query: Query, signal: AbortSignal) => Promise<Rows>;

// How many rows a search has, from when to when, and the same times as text that means the same in each request.
export interface Extent {
  total: number;
  from: number;
  to: number;
  timestamp_from: string;
  timestamp_to: string;
}

// Rows of a stretch of time, the latest first, in pages, each of which needs the token of the one before it.
interface Part {
  fromText: string;
  toText: string;
  from: number;
  to: number; // behind its last millisecond
  start: number; // index of its first row
  count: number;
  tokens: string[]; // of its pages, as far as they are known; the first has none
  splits: boolean;
  pages: Map<number, Page>;
}

interface Page {
  rows: Row[];
  used: number;
}

function partOf(from: number, to: number, fromText: string, toText: string, count: number): Part {
  return { from, to, fromText, toText, start: 0, count, tokens: [""], splits: to - from > 1, pages: new Map() };
}

// At first the list is as long as what was loaded, page after page. Once it is known how many rows there are, and of when, it has all of
// them: where one jumps to, the time is parted by what the server counts, until the row is in a part of few pages. Pages that nobody has
// looked at for long are dropped.
export class SearchRows implements RowSource {
  readonly first = 0;
  count = 0;
  partial = false;
  error = "";
  done = false; // no more can be scrolled to than can be now
  private parts: Part[];
  private readonly loading = new Set<string>();
  private readonly abort = new AbortController();
  private looks = 0;
  private kept = 0;
  private rests = false;

  constructor(
    private readonly query: Query,
    private readonly changed: () => void,
    private readonly load: Load = (query, signal) => get<Search>("/logs/search", query, signal),
    private readonly counts: Count = (query, signal) => get<Rows>("/logs/aggregate", query, signal),
  ) {
    this.parts = [partOf(0, 0, String(query.timestamp_from ?? ""), String(query.timestamp_to ?? ""), 0)];
  }

  close() {
    this.abort.abort();
  }

  // Rows that are in memory are at most so many.
  get rowsKept(): number {
    return this.kept * pageRows;
  }

  async begin(): Promise<void> {
    if (!this.error) await this.fetchPage(this.parts[0], 0);
  }

  spread(extent: Extent) {
    if (this.done || extent.total <= this.count) return;
    const [whole] = this.parts;
    Object.assign(whole, partOf(Math.floor(extent.from), Math.floor(extent.to) + 1, extent.timestamp_from, extent.timestamp_to, extent.total), { tokens: whole.tokens, pages: whole.pages });
    this.done = true;
    this.place();
    this.changed();
  }

  at(index: number): Row | undefined {
    const part = this.find(index);
    if (!part) return undefined;
    const number = Math.floor((index - part.start) / pageRows);
    const row = index - part.start - number * pageRows;
    const page = part.pages.get(number);
    if (!page) {
      this.ask(part, number);
      return undefined;
    }
    page.used = ++this.looks;
    // What is likely to be looked at next.
    if (this.loading.size === 0) {
      const next = index - row + page.rows.length;
      if (row > pageRows / 2) this.askAt(next);
      else if (row < pageRows / 4) this.askAt(index - row - 1);
    }
    return page.rows[row];
  }

  private find(index: number): Part | undefined {
    if (index < 0 || index >= this.count) return undefined;
    let low = 0;
    for (let high = this.parts.length - 1; low < high; ) {
      const middle = Math.ceil((low + high) / 2);
      if (this.parts[middle].start <= index) low = middle;
      else high = middle - 1;
    }
    return this.parts[low];
  }

  private askAt(index: number) {
    if (index < 0) return;
    const part = this.find(index) ?? (this.done ? undefined : this.parts[0]);
    if (!part) return;
    const number = Math.floor((index - part.start) / pageRows);
    if (!part.pages.has(number)) this.ask(part, number);
  }

  private ask(part: Part, number: number) {
    if (this.error || this.rests || this.loading.size >= loadsMax) return;
    if (number >= part.tokens.length && part.splits && part.count > pagesWalked * pageRows) void this.part(part);
    else void this.fetchPage(part, Math.min(number, part.tokens.length - 1));
  }

  // One request at a time for the same; what fails because the server is busy is asked for again later.
  private async once(key: string, request: () => Promise<void>): Promise<void> {
    if (this.loading.has(key)) return;
    this.loading.add(key);
    try {
      await request();
    } catch (error) {
      if ((error as Error).name === "AbortError") return;
      const status = error instanceof ApiError ? error.status : -1;
      if (this.count > 0 && (status === 0 || status === 429 || status >= 500)) this.rest();
      else this.error = (error as Error).message;
    } finally {
      this.loading.delete(key);
    }
    this.changed();
  }

  private rest() {
    this.rests = true;
    setTimeout(() => {
      this.rests = false;
      if (!this.abort.signal.aborted) this.changed();
    }, retryMs);
  }

  private timesOf(part: Part): Query {
    return { timestamp_from: part.fromText, timestamp_to: part.toText };
  }

  private fetchPage(part: Part, number: number): Promise<void> {
    return this.once(`${part.toText} ${part.fromText} ${number}`, async () => {
      const query = { ...this.query, ...this.timesOf(part), limit: pageRows, page_token: part.tokens[number], total: "false" };
      const answer = await this.load(query, this.abort.signal);
      this.partial ||= answer.partial === true;
      if (answer.next_page_token && number === part.tokens.length - 1) part.tokens.push(answer.next_page_token);
      this.settle(part, number * pageRows + answer.logs.length, !answer.next_page_token);
      if (this.parts.includes(part)) this.keep(part, number, answer.logs);
    });
  }

  // What was loaded says more of how many there are than what was counted before: records may have come or gone.
  private settle(part: Part, loaded: number, isLast: boolean) {
    if (!this.done) {
      part.count = Math.max(part.count, loaded);
      this.done = isLast;
    } else if (isLast || loaded > part.count) {
      part.count = loaded;
    }
    this.place();
  }

  private place() {
    let start = 0;
    for (const part of this.parts) {
      part.start = start;
      start += part.count;
    }
    this.count = start;
  }

  private part(part: Part): Promise<void> {
    return this.once(`${part.toText} ${part.fromText}`, async () => {
      const span = time.spanOf(part.from, part.to, spansMax);
      const filter = split(String(this.query.q ?? "")).filter || "*";
      const answer = await this.counts({ ...this.timesOf(part), q: `${filter} | timechart ${span.text} count()` }, this.abort.signal);
      const at = this.parts.indexOf(part);
      if (at < 0) return;
      const parts = answer.partial ? [] : this.cut(part, answer.rows, span.ms);
      // Of one instant, or counted in part only: then it is walked through.
      if (parts.length === 0 || (parts.length === 1 && parts[0].to - parts[0].from >= part.to - part.from)) {
        part.splits = false;
        return;
      }
      this.kept -= part.pages.size;
      this.parts.splice(at, 1, ...parts);
      this.place();
    });
  }

  // Parts of a page each, where the counted spans allow it, the latest first; without the time in which there is nothing.
  private cut(part: Part, rows: Row[], spanMs: number): Part[] {
    const spans = rows.map((row) => ({ from: Date.parse(String(row.timestamp)), count: Number(row.count) })).filter((one) => one.count > 0);
    spans.sort((a, b) => b.from - a.from);
    const parts: Part[] = [];
    let to = 0, count = 0;
    spans.forEach((one, i) => {
      if (count === 0) to = Math.min(part.to, one.from + spanMs);
      count += one.count;
      if (i + 1 < spans.length && count + spans[i + 1].count <= pageRows) return;
      const from = Math.max(part.from, one.from);
      parts.push(partOf(from, to, from > part.from ? time.iso(from) : part.fromText, to < part.to ? time.lastBefore(to) : part.toText, count));
      count = 0;
    });
    return parts;
  }

  private keep(part: Part, number: number, rows: Row[]) {
    if (!part.pages.has(number)) ++this.kept;
    part.pages.set(number, { rows, used: ++this.looks });
    while (this.kept > pagesKept) {
      let oldest: [Map<number, Page>, number, number] | undefined;
      for (const { pages } of this.parts)
        for (const [key, page] of pages) if (!oldest || page.used < oldest[2]) oldest = [pages, key, page.used];
      oldest![0].delete(oldest![1]);
      --this.kept;
    }
  }
}

// The latest of a stream, the oldest first; older ones than `most` are let go. A row keeps its index.
export class LiveRows implements RowSource {
  first = 0;
  private rows: Row[] = [];
  private start = 0; // in `rows`

  constructor(private readonly most = 20_000) {}

  get count(): number {
    return this.first + this.rows.length - this.start;
  }
  at(index: number): Row | undefined {
    return index < this.first ? undefined : this.rows[this.start + index - this.first];
  }
  add(rows: Row[]) {
    for (const row of rows) this.rows.push(row);
    const over = this.rows.length - this.start - this.most;
    if (over <= 0) return;
    this.start += over;
    this.first += over;
    // In steps, so that a row is moved once for each `most` that come.
    if (this.start > this.most) {
      this.rows = this.rows.slice(this.start);
      this.start = 0;
    }
  }
}
