// A stream that is followed: events are gathered and handed over once a frame, and a torn connection goes on where it was.
import { ApiError, parseExact, stream, type Query, type Row, type StreamEvent } from "./api";

export interface Tail {
  stop(): void;
}

export interface TailTakes {
  rows(rows: Row[]): void;
  note(text: string): void; // what the server says, and what happened to the connection; empty: all is well
}

const retryMs = 1000;

export function follow(query: Query, takes: TailTakes): Tail {
  const abort = new AbortController();
  let lastId = "";
  let waiting: Row[] = [];
  let scheduled = false;

  const flush = () => {
    scheduled = false;
    const rows = waiting;
    waiting = [];
    if (!abort.signal.aborted && rows.length > 0) takes.rows(rows);
  };
  const take = (event: StreamEvent) => {
    if (event.id) lastId = event.id;
    if (event.event !== "") {
      takes.note(`${event.event}: ${event.data}`);
      return;
    }
    if (event.data === "") return;
    for (const line of event.data.split("\n")) waiting.push(parseExact(line) as Row);
    if (!scheduled) {
      scheduled = true;
      // Not requestAnimationFrame: that stands still in a hidden tab, and what waits would grow.
      setTimeout(flush, 50);
    }
  };
  const run = async () => {
    while (!abort.signal.aborted) {
      try {
        takes.note("");
        await stream(query, lastId, abort.signal, take);
      } catch (error) {
        if (abort.signal.aborted) return;
        if (error instanceof ApiError && error.status >= 400 && error.status < 500 && error.status !== 429) {
          takes.note(error.message);
          return;
        }
      }
      takes.note("connection lost; trying again");
      await new Promise((done) => setTimeout(done, retryMs));
    }
  };
  void run();
  return { stop: () => abort.abort() };
}
