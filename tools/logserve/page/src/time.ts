// Times are milliseconds since the epoch here; the store's nanoseconds stay in the text of a record's timestamp.

const second = 1000, minute = 60 * second, hour = 60 * minute, day = 24 * hour;

export const spans: [number, string][] = [
  [1, "1ms"], [second / 100, "10ms"], [second / 10, "100ms"], [second, "1s"], [5 * second, "5s"], [10 * second, "10s"], [30 * second, "30s"],
  [minute, "1m"], [5 * minute, "5m"], [10 * minute, "10m"], [30 * minute, "30m"], [hour, "1h"], [3 * hour, "3h"], [6 * hour, "6h"],
  [12 * hour, "12h"], [day, "1d"], [7 * day, "7d"], [30 * day, "30d"], [365 * day, "365d"],
];

export interface Span {
  ms: number;
  text: string;
}

// The smallest span of which no more than `most` fill the range.
export function spanOf(fromMs: number, toMs: number, most = 120): Span {
  const found = spans.find(([ms]) => (toMs - fromMs) / ms <= most) ?? spans[spans.length - 1];
  return { ms: found[0], text: found[1] };
}

const units: Record<string, number> = { s: second, m: minute, h: hour, d: day, w: 7 * day };

const withoutZone = /^\d{4}-\d\d-\d\d([T ]\d\d:\d\d(:\d\d(\.\d+)?)?)?$/;

// "2h", "now" or a time; undefined: neither. Without a zone it is UTC, as for the server.
export function parse(text: string, now: number): number | undefined {
  if (text === "now" || text === "") return now;
  const ago = /^-?(\d+)([smhdw])$/.exec(text);
  if (ago) return now - Number(ago[1]) * units[ago[2]];
  const time = Date.parse(withoutZone.test(text) && text.length > 10 ? `${text}Z` : text);
  return Number.isNaN(time) ? undefined : time;
}

// What was typed, for the server: a time without a zone is of the zone that times are shown in.
export function typed(text: string, utc: boolean): string {
  if (utc || !withoutZone.test(text)) return text;
  return iso(Date.parse(text.length > 10 ? text : `${text}T00:00`));
}

export function isRelative(text: string): boolean {
  return text === "now" || /^-?\d+[smhdw]$/.test(text);
}

export function iso(ms: number): string {
  return new Date(ms).toISOString();
}

// The last nanosecond before a time.
export function lastBefore(ms: number): string {
  return iso(ms - 1).replace("Z", "999999Z");
}

const two = (n: number) => String(n).padStart(2, "0");

export function date(timestamp: string, utc: boolean): string {
  const t = new Date(timestamp);
  if (utc) return timestamp.slice(0, 10);
  return `${t.getFullYear()}-${two(t.getMonth() + 1)}-${two(t.getDate())}`;
}

// Time of day with milliseconds, as far as the record's own text has them.
export function clock(timestamp: string, utc: boolean): string {
  const t = new Date(timestamp);
  const ms = (/\.(\d{1,3})/.exec(timestamp)?.[1] ?? "").padEnd(3, "0");
  if (utc) return `${timestamp.slice(11, 19)}.${ms}`;
  return `${two(t.getHours())}:${two(t.getMinutes())}:${two(t.getSeconds())}.${ms}`;
}

export function duration(ms: number): string {
  if (ms < 1) return `${(ms * 1000).toFixed(0)} µs`;
  if (ms < second) return `${ms.toFixed(ms < 10 ? 2 : 0)} ms`;
  if (ms < minute) return `${(ms / second).toFixed(ms < 10 * second ? 2 : 0)} s`;
  if (ms < hour) return `${Math.round(ms / minute)} min`;
  if (ms < 2 * day) return `${Math.round(ms / hour)} h`;
  return `${Math.round(ms / day)} d`;
}

export function amount(n: number): string {
  return n.toLocaleString("en");
}

export function bytes(n: number): string {
  const names = ["B", "KiB", "MiB", "GiB", "TiB"];
  let i = 0;
  while (n >= 1024 && i < names.length - 1) {
    n /= 1024;
    ++i;
  }
  return `${n.toFixed(n < 10 && i > 0 ? 1 : 0)} ${names[i]}`;
}
