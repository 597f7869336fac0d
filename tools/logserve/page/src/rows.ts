// The rows behind a list: pages of a search that are loaded as they are looked at, or what a live tail brings.
import { get, type Query, type Row, type Search } from "./api";

export interface RowSource {
  readonly count: number; // rows that can be scrolled to
  at(index: number): Row | undefined; // undefined: not here yet; asking for it loads it
}

export const pageRows = 500; // as in answer_page.cc
const pagesKept = 60;

type Load = (query: Query, signal: AbortSignal) => Promise<Search>;

// A page needs the token of the one before it, so the list grows downwards. Pages far from where one looks are dropped and loaded again.
export class SearchRows implements RowSource {
  count = 0;
  total: number | undefined;
  partial = false;
  error = "";
  done = false;
  private readonly tokens: string[] = [""];
  private readonly pages = new Map<number, Row[]>();
  private readonly loading = new Set<number>();
  private readonly abort = new AbortController();

  constructor(
    private readonly query: Query,
    private readonly changed: () => void,
    private readonly load: Load = (query, signal) => get<Search>("/logs/search", query, signal),
  ) {}

  close() {
    this.abort.abort();
  }

  at(index: number): Row | undefined {
    const page = Math.floor(index / pageRows);
    const rows = this.pages.get(page);
    if (!rows) void this.fetchPage(page);
    else if (!this.done && index >= this.count - pageRows / 2) void this.fetchPage(page + 1);
    return rows?.[index % pageRows];
  }

  async fetchPage(page: number): Promise<void> {
    if (page >= this.tokens.length || this.pages.has(page) || this.loading.has(page) || this.error) return;
    this.loading.add(page);
    try {
      const token = this.tokens[page];
      const answer = await this.load({ ...this.query, limit: pageRows, page_token: token, total: "false" }, this.abort.signal);
      this.keep(page, answer.logs);
      this.partial ||= answer.partial === true;
      const isLast = page === this.tokens.length - 1;
      if (isLast) this.count = page * pageRows + answer.logs.length;
      if (isLast && answer.next_page_token) this.tokens.push(answer.next_page_token);
      else if (isLast) this.done = true;
    } catch (error) {
      if ((error as Error).name === "AbortError") return;
      this.error = (error as Error).message;
    } finally {
      this.loading.delete(page);
    }
    this.changed();
  }

  private keep(page: number, rows: Row[]) {
    this.pages.set(page, rows);
    while (this.pages.size > pagesKept) {
      let farthest = page;
      for (const one of this.pages.keys()) if (Math.abs(one - page) > Math.abs(farthest - page)) farthest = one;
      this.pages.delete(farthest);
    }
  }
}

// The latest of a stream, the oldest first; older ones than `most` are let go.
export class LiveRows implements RowSource {
  dropped = 0;
  private rows: Row[] = [];
  private start = 0;

  constructor(private readonly most = 20_000) {}

  get count(): number {
    return this.rows.length - this.start;
  }
  at(index: number): Row | undefined {
    return this.rows[this.start + index];
  }
  add(rows: Row[]) {
    for (const row of rows) this.rows.push(row);
    const over = this.count - this.most;
    if (over <= 0) return;
    this.start += over;
    this.dropped += over;
    // In steps, so that a row is moved once for each `most` that come.
    if (this.start > this.most) {
      this.rows = this.rows.slice(this.start);
      this.start = 0;
    }
  }
}
