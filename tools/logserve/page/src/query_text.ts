// The query language as far as the page writes it: the lexical rules are those of logquery-syntax(7).

const delimiter = /[\s(),|]/;

export function quote(text: string): string {
  let out = '"';
  for (const c of text) {
    if (c === '"' || c === "\\") out += "\\" + c;
    else if (c === "\n") out += "\\n";
    else if (c === "\t") out += "\\t";
    else if (c === "\r") out += "\\r";
    else out += c;
  }
  return out + '"';
}

// Bare where the language allows it and nothing in it has a meaning of its own.
export function value(text: string): string {
  return /^[A-Za-z0-9_./:@+][A-Za-z0-9_./:@+-]*$/.test(text) ? text : quote(text);
}

export function name(field: string): string {
  return /^[A-Za-z_][A-Za-z0-9_.@-]*$/.test(field) && !/^(and|or|not|in)$/i.test(field) ? field : quote(field);
}

export interface Token {
  kind: "quoted" | "regex" | "pipe" | "symbol" | "word";
  start: number;
  end: number;
}

function quotedEnd(text: string, start: number): number {
  for (let i = start + 1; i < text.length; ++i) {
    if (text[i] === "\\") ++i;
    else if (text[i] === text[start]) return i + 1;
  }
  return text.length;
}

// A slash opens a regular expression where a value or a text may stand, if a slash closes it before a delimiter.
function regexEnd(text: string, start: number): number {
  for (let i = start + 1; i < text.length; ++i) {
    if (text[i] === "\\") {
      ++i;
    } else if (text[i] === "/") {
      const end = text[i + 1] === "i" ? i + 2 : i + 1;
      if (end >= text.length || delimiter.test(text[end])) return end;
    }
  }
  return 0;
}

export function tokens(text: string): Token[] {
  const found: Token[] = [];
  let i = 0;
  while (i < text.length) {
    const c = text[i];
    if (/\s/.test(c)) {
      ++i;
      continue;
    }
    let kind: Token["kind"] = "word";
    let end = i;
    if (c === '"' || c === "'") {
      kind = "quoted";
      end = quotedEnd(text, i);
    } else if (c === "|") {
      kind = "pipe";
      end = i + 1;
    } else if (/[(),=<>~:?!]/.test(c)) {
      kind = "symbol";
      end = i + 1;
    } else {
      const before = found.at(-1);
      const mayStand = !before || before.kind === "pipe" || before.end < i || /[(~:,]/.test(text[i - 1]);
      const regex = c === "/" && mayStand ? regexEnd(text, i) : 0;
      if (regex > 0) {
        kind = "regex";
        end = regex;
      } else {
        while (end < text.length && !delimiter.test(text[end]) && !/^(["=<>~:]|![=~])/.test(text.slice(end, end + 2))) ++end;
        if (end === i) end = i + 1;
      }
    }
    found.push({ kind, start: i, end });
    i = end;
  }
  return found;
}

export function split(query: string): { filter: string; stages: string } {
  const pipe = tokens(query).find((token) => token.kind === "pipe");
  if (!pipe) return { filter: query.trim(), stages: "" };
  return { filter: query.slice(0, pipe.start).trim(), stages: query.slice(pipe.start).trim() };
}

function join(filter: string, stages: string): string {
  return [filter, stages].filter((part) => part !== "").join(" ");
}

// Whether OR stands outside of brackets: then the filter needs some before anything is added to it.
function hasOuterOr(filter: string): boolean {
  let depth = 0;
  for (const token of tokens(filter)) {
    const text = filter.slice(token.start, token.end);
    if (text === "(") ++depth;
    if (text === ")") --depth;
    if (depth === 0 && token.kind === "word" && /^or$/i.test(text)) return true;
  }
  return false;
}

// The query with one more condition; one that is there already stays alone.
export function narrowed(query: string, term: string): string {
  const { filter, stages } = split(query);
  if (filter === "" || filter === "*") return join(term, stages);
  const opposite = term.includes("!=") ? term.replace("!=", "=") : term.replace("=", "!=");
  const terms = filter.split(" ");
  if (!hasOuterOr(filter)) {
    if (terms.includes(term)) return query;
    if (terms.includes(opposite)) return join(terms.map((one) => (one === opposite ? term : one)).join(" "), stages);
  }
  return join(`${hasOuterOr(filter) ? `(${filter})` : filter} ${term}`, stages);
}

export function fieldTerm(field: string, text: string, exclude: boolean): string {
  return name(field) + (exclude ? "!=" : "=") + value(text);
}

// A shape of messages, as `patterns` says it, as a condition.
export function patternTerm(pattern: string): string {
  const regex = pattern
    .split("<*>")
    .map((part) => part.replace(/[\\^$.*+?()[\]{}|/]/g, "\\$&"))
    .join(".*");
  return `message~/^${regex}$/`;
}

// What is being typed at the caret, and where it begins.
export interface Completion {
  kind: "field" | "value" | "stage" | "none";
  prefix: string;
  field: string;
  start: number;
}

export function completionAt(query: string, caret: number): Completion {
  const before = tokens(query.slice(0, caret));
  const last = before.at(-1);
  const none: Completion = { kind: "none", prefix: "", field: "", start: caret };
  const text = (token?: Token) => (token ? query.slice(token.start, token.end) : "");
  const touches = last !== undefined && last.end === caret;
  const inStages = before.some((token) => token.kind === "pipe");
  if (last?.kind === "pipe") return { kind: "stage", prefix: "", field: "", start: caret };
  if (inStages) {
    const previous = before.at(-2);
    if (touches && last?.kind === "word" && previous?.kind === "pipe") return { kind: "stage", prefix: text(last), field: "", start: last.start };
    if (touches && last?.kind === "word") return { kind: "field", prefix: text(last), field: "", start: last.start };
    return none;
  }
  if (!touches) return { kind: "field", prefix: "", field: "", start: caret };
  const isTest = (token?: Token) => token?.kind === "symbol" && /[=,]/.test(text(token));
  const fieldOf = (index: number): string => {
    for (let i = index; i >= 0; --i) {
      const token = before[i];
      if (token.kind === "symbol" && text(token) === "=") {
        const named = before[i - 1]?.kind === "symbol" ? before[i - 2] : before[i - 1];
        return text(named).replace(/^["']|["']$/g, "");
      }
    }
    return "";
  };
  if (isTest(last)) {
    const field = fieldOf(before.length - 1);
    return field ? { kind: "value", prefix: "", field, start: caret } : none;
  }
  const previous = before.at(-2);
  if (last && isTest(previous) && previous?.end === last.start) {
    const field = fieldOf(before.length - 2);
    return field ? { kind: "value", prefix: text(last).replace(/^["']/, ""), field, start: last.start } : none;
  }
  if (last?.kind === "word") return { kind: "field", prefix: text(last), field: "", start: last.start };
  return none;
}

export const stageNames = [
  "avg", "compare", "context", "count", "dedup", "distinct", "drop", "extract", "facets", "fields", "head", "join", "json", "let", "logfmt",
  "max", "min", "p50", "p90", "p99", "patterns", "rare", "rename", "sample", "session", "sort", "stats", "sum", "tail", "timechart", "top",
  "uniq", "where",
];

function shellQuote(text: string): string {
  return /^[A-Za-z0-9_./:@%+=,-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`;
}

// The line for a terminal that answers the same. The server takes times without a zone for UTC.
export function command(store: string, query: string, from: string, to: string, live = false): string {
  const words = ["logquery", "-d", shellQuote(store || "STORE"), "--utc"];
  if (from) words.push("-S", shellQuote(from));
  if (to) words.push("-U", shellQuote(to));
  if (live) words.push("--follow");
  const text = query.trim() || "*";
  // A beginning dash would make it an option.
  if (text.startsWith("-")) words.push("--");
  words.push(shellQuote(text));
  return words.join(" ");
}
