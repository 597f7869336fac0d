// The HTTP API as the page uses it; /openapi.json describes all of it.

export type Value = string | number | boolean | null | Value[] | { [key: string]: Value };
export type Row = Record<string, Value>;

export class ApiError extends Error {
  constructor(
    readonly status: number,
    message: string,
  ) {
    super(message);
  }
}

export interface Search {
  logs: Row[];
  total?: number;
  next_page_token?: string;
  partial?: boolean;
}

export interface Rows {
  rows: Row[];
  partial?: boolean;
}

// Of this tab alone: a token is never put into an address or a cookie.
export const token = {
  get: () => sessionStorage.getItem("token") ?? "",
  set: (text: string) => sessionStorage.setItem("token", text),
};

export type Query = Record<string, string | number | undefined>;

function address(path: string, query: Query): string {
  const out = new URLSearchParams();
  for (const [key, value] of Object.entries(query)) if (value !== undefined && value !== "") out.set(key, String(value));
  const text = out.toString();
  return text ? `${path}?${text}` : path;
}

// What the server told the browser to ask for while it loads the script, if this is it: taken from there as it is written.
function preloaded(wanted: string): string | undefined {
  const link = document.querySelector<HTMLLinkElement>("link[rel=preload]");
  if (!link) return undefined;
  const sorted = (text: string) => {
    const url = new URL(text, location.href);
    url.searchParams.sort();
    return url.pathname + "?" + url.searchParams;
  };
  const same = sorted(link.href) === sorted(wanted);
  link.remove(); // what comes later is asked for anew
  return same ? link.href : undefined;
}

async function request(path: string, query: Query, signal?: AbortSignal, headers: Record<string, string> = {}): Promise<Response> {
  if (token.get()) headers = { ...headers, Authorization: `Bearer ${token.get()}` };
  let answer: Response;
  try {
    const wanted = address(path, query);
    answer = await fetch(preloaded(wanted) ?? wanted, { signal, headers });
  } catch (error) {
    if ((error as Error).name === "AbortError") throw error;
    throw new ApiError(0, "The server cannot be reached.");
  }
  if (answer.ok) return answer;
  const text = await answer.text();
  let message = text;
  try {
    message = JSON.parse(text).error.message;
  } catch {
    // what a proxy says
  }
  throw new ApiError(answer.status, message || answer.statusText);
}

// Whole numbers that JavaScript would round stay the text they are: an id must not change by being shown.
export function parseExact(json: string): unknown {
  type Reviver = (key: string, value: unknown, context?: { source?: string }) => unknown;
  const revive: Reviver = (_, value, context) =>
    typeof value === "number" && Number.isInteger(value) && !Number.isSafeInteger(value) && context?.source ? context.source : value;
  return JSON.parse(json, revive as (key: string, value: unknown) => unknown);
}

export async function get<T>(path: string, query: Query = {}, signal?: AbortSignal): Promise<T> {
  return parseExact(await (await request(path, query, signal)).text()) as T;
}

export async function getText(path: string, signal?: AbortSignal): Promise<string> {
  return (await request(path, {}, signal)).text();
}

export interface StreamEvent {
  id: string;
  event: string;
  data: string;
}

// Server-sent events, read by hand: EventSource cannot send a token.
export async function stream(query: Query, lastId: string, signal: AbortSignal, take: (event: StreamEvent) => void): Promise<void> {
  const headers: Record<string, string> = { Accept: "text/event-stream" };
  if (lastId) headers["Last-Event-ID"] = lastId;
  const answer = await request("/logs/stream", query, signal, headers);
  const reader = answer.body!.pipeThrough(new TextDecoderStream()).getReader();
  const parse = eventParser(take);
  for (;;) {
    const { value, done } = await reader.read();
    if (done) return;
    parse(value);
  }
}

// Takes the text of a stream in pieces, gives whole events.
export function eventParser(take: (event: StreamEvent) => void): (text: string) => void {
  let rest = "";
  let event: StreamEvent = { id: "", event: "", data: "" };
  return (text) => {
    const lines = (rest + text).split("\n");
    rest = lines.pop()!;
    for (const raw of lines) {
      const line = raw.endsWith("\r") ? raw.slice(0, -1) : raw;
      if (line === "") {
        if (event.data !== "" || event.event !== "" || event.id !== "") take(event);
        event = { id: "", event: "", data: "" };
        continue;
      }
      const colon = line.indexOf(":");
      const field = colon < 0 ? line : line.slice(0, colon);
      const data = colon < 0 ? "" : line.slice(colon + 1).replace(/^ /, "");
      if (field === "data") event.data += (event.data ? "\n" : "") + data;
      else if (field === "id") event.id = data;
      else if (field === "event") event.event = data;
    }
  };
}
