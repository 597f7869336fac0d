// The whole page: what the address says is asked of the server and shown.
import { useCallback, useEffect, useLayoutEffect, useMemo, useState } from "preact/hooks";
import { ApiError, get, token, type Query, type Row, type Rows, type Search } from "./api";
import { Alerts } from "./alerts";
import { CopyButton, Detail } from "./detail";
import { Facets, type Facet } from "./facets";
import { Health } from "./health";
import { Help } from "./help";
import { Histogram } from "./histogram";
import { useKeys } from "./keys";
import { isError } from "./level";
import { follow } from "./live_tail";
import { useParams, write, type Params, type View } from "./params";
import { Patterns } from "./patterns";
import { QueryBar } from "./query_bar";
import { command, narrowed, split } from "./query_text";
import { LiveRows, SearchRows, type Extent, type RowSource } from "./rows";
import { RowList } from "./row_list";
import * as saved from "./saved";
import { Table } from "./table";
import * as time from "./time";
import { TimeRange } from "./time_range";
import { Trace } from "./trace";

const views: [View, string][] = [
  ["logs", "Logs"],
  ["patterns", "Patterns"],
  ["alerts", "Alerts"],
  ["health", "Health"],
];

// Times that stay the same when the link is opened tomorrow.
function permanent(params: Params): Params {
  const now = Date.now();
  const fixed = (text: string) => (time.isRelative(text) ? time.iso(time.parse(text, now)!) : text);
  return { ...params, from: fixed(params.from), to: params.from && !params.to ? time.iso(now) : fixed(params.to), live: false };
}

interface Found {
  source?: RowSource;
  rows?: Row[]; // of a query with stages
  total?: number;
  range?: { from: number; to: number };
  note: string;
  error: string;
  unauthorized: boolean;
}

const nothing: Found = { note: "", error: "", unauthorized: false };

// How many match, and from when to when they are. Both are asked for in ways that the store answers without looking at all records. What comes
// in later does not count: the rows of the list keep their places.
async function extent(params: Params, newest: Row, signal: AbortSignal): Promise<Extent> {
  const filter = split(params.q).filter || "*";
  const now = Date.now();
  const fixed = (text: string) => (time.isRelative(text) ? time.iso(time.parse(text, now)!) : text);
  const range = { timestamp_from: fixed(params.from), timestamp_to: fixed(params.to) || String(newest.timestamp) };
  const first = (stages: string) => get<Rows>("/logs/aggregate", { ...range, q: `${filter} | ${stages}` }, signal).then((answer) => answer.rows[0]);
  const [counted, oldest] = await Promise.all([first("count"), params.from ? undefined : first("head 1 | fields timestamp")]);
  const from = oldest ? Date.parse(String(oldest.timestamp)) : time.parse(range.timestamp_from, now)!;
  return { total: Number(counted?.count), from, to: Math.max(from, time.parse(range.timestamp_to, now)!), ...range };
}

// Asks for the rows first, then for how many there are: the first rows are what one waits for.
function useSearch(params: Params, attempt: number): [Found, number] {
  const [found, setFound] = useState<Found>(nothing);
  const [version, setVersion] = useState(0);
  // Not behind the first paint, as other effects: the server can be at it meanwhile.
  useLayoutEffect(() => {
    if (params.view !== "logs") return;
    const abort = new AbortController();
    const changed = () => setVersion((n) => n + 1);
    const query: Query = { q: params.q, timestamp_from: params.from, timestamp_to: params.to };
    const failed = (error: Error) => {
      if (error.name === "AbortError") return;
      setFound((old) => ({ ...old, error: error.message, unauthorized: error instanceof ApiError && error.status === 401 }));
    };
    if (params.live) {
      const rows = new LiveRows();
      setFound({ ...nothing, source: rows });
      const tail = follow(
        { q: split(params.q).filter },
        {
          rows: (more) => {
            rows.add(more);
            changed();
          },
          note: (note) => setFound((old) => ({ ...old, note })),
        },
      );
      return () => tail.stop();
    }
    if (split(params.q).stages) {
      get<Search>("/logs/search", query, abort.signal)
        .then((answer) => setFound({ ...nothing, rows: answer.logs, note: answer.partial ? "incomplete: the query took too long" : "" }))
        .catch(failed);
      return () => abort.abort();
    }
    const rows = new SearchRows(query, changed);
    const show = async () => {
      await rows.begin();
      if (abort.signal.aborted) return;
      if (rows.error) return failed(new Error(rows.error));
      setFound({ ...nothing, source: rows, note: rows.partial ? "incomplete: the query took too long" : "" });
      const newest = rows.at(0);
      if (!newest) return setFound((old) => ({ ...old, total: 0 }));
      const all = await extent(params, newest, abort.signal);
      rows.spread(all);
      setFound((old) => ({ ...old, total: all.total, range: all }));
    };
    void show().catch(failed);
    return () => {
      abort.abort();
      rows.close();
    };
  }, [params.q, params.from, params.to, params.view, params.live, attempt]);
  return [found, version];
}

function useTheme(): [string, () => void] {
  const [theme, set] = useState(() => saved.setting("theme"));
  useEffect(() => {
    if (theme) document.documentElement.dataset.theme = theme;
    else delete document.documentElement.dataset.theme;
    saved.setSetting("theme", theme);
  }, [theme]);
  const dark = () => (theme ? theme === "dark" : matchMedia("(prefers-color-scheme: dark)").matches);
  return [theme, () => set(dark() ? "light" : "dark")];
}

// Less one, so that a page begins with what the one before it ended with.
function rowsShown(): number {
  const list = document.querySelector<HTMLElement>(".list"), row = document.querySelector<HTMLElement>(".row");
  return list && row ? Math.max(1, Math.floor(list.clientHeight / row.offsetHeight) - 1) : 1;
}

function TokenForm({ retry }: { retry: () => void }) {
  const [text, setText] = useState("");
  return (
    <form
      class="token"
      onSubmit={(event) => {
        event.preventDefault();
        token.set(text.trim());
        retry();
      }}
    >
      <label>
        This server asks for a token. <input type="password" value={text} autocomplete="off" onInput={(event) => setText(event.currentTarget.value)} />
      </label>
      <button>Go on</button>
    </form>
  );
}

function SavedMenu({ params, open }: { params: Params; open: (search: string) => void }) {
  const [list, setList] = useState(saved.all);
  const add = () => {
    const name = prompt("Save this view as", params.q || "all records");
    if (!name) return;
    saved.save(name, write(params));
    setList(saved.all());
  };
  return (
    <details class="saved">
      <summary>Saved</summary>
      <div>
        <button onClick={add}>Save this view…</button>
        {list.map((one) => (
          <div class="value" key={one.name}>
            <button class="include" onClick={() => open(one.search)}>
              {one.name}
            </button>
            <button
              class="exclude"
              aria-label={`forget ${one.name}`}
              onClick={() => {
                saved.remove(one.name);
                setList(saved.all());
              }}
            >
              ×
            </button>
          </div>
        ))}
      </div>
    </details>
  );
}

export function App({ store }: { store: string }) {
  const [params, change] = useParams();
  const [attempt, setAttempt] = useState(0);
  const [found, version] = useSearch(params, attempt);
  const [selected, setSelected] = useState(-1);
  const [opened, setOpened] = useState<Row>();
  const [facets, setFacets] = useState<Facet[]>([]);
  const [side, setSide] = useState(false);
  const [folded, setFolded] = useState(() => saved.setting("folded") === "1");
  const [utc, setUtc] = useState(() => saved.setting("utc") === "1");
  const [help, setHelp] = useState(false);
  const [theme, toggleTheme] = useTheme();

  useEffect(() => {
    setSelected(-1);
    setOpened(undefined);
  }, [params.q, params.from, params.to, params.view, params.live]);

  const filter = split(params.q).filter;
  const range: Query = useMemo(() => ({ timestamp_from: params.from, timestamp_to: params.to }), [params.from, params.to]);
  const query: Query = useMemo(() => ({ q: filter || "*", ...range }), [filter, range]);
  const narrow = useCallback((term: string) => change({ q: narrowed(params.q, term), view: "logs" }), [params.q]);
  const zoom = useCallback((from: number, to: number) => change({ from: time.iso(from), to: time.iso(to), live: false }), []);
  const source = found.source;
  const select = (index: number) => {
    setSelected(index);
    setOpened(source?.at(index));
  };
  const goTo = (index: number) => {
    if (!source || source.count === 0) return;
    const next = Math.max(source.first, Math.min(source.count - 1, index));
    setSelected(next);
    if (opened) setOpened(source.at(next) ?? opened);
  };
  const step = (by: number) => goTo(selected >= 0 ? selected + by : params.live ? Infinity : 0);
  // Of keys that move what has the focus: they are ours where that is the list, or nothing.
  const inList = (move: () => void) => () => {
    if (params.view !== "logs" || !source || !(document.activeElement === document.body || document.activeElement?.closest(".list"))) return false;
    move();
  };
  // A record that was walked to before it was there.
  useEffect(() => {
    if (opened && selected >= 0 && params.view === "logs") setOpened(source?.at(selected) ?? opened);
  }, [version]);
  const nextError = () => {
    for (let i = selected + 1; source && i < source.count; ++i) {
      const row = source.at(i);
      if (!row) return goTo(i);
      if (isError(row.level)) return select(i);
    }
  };
  const shift = (by: number) => {
    const now = Date.now();
    const from = time.parse(params.from || (found.range ? time.iso(found.range.from) : ""), now);
    const to = time.parse(params.to, now);
    if (from === undefined || to === undefined || to <= from) return;
    change({ from: time.iso(from + by * (to - from)), to: time.iso(to + by * (to - from)), live: false });
  };
  useKeys({
    "/": () => document.getElementById("q")?.focus(),
    j: () => step(1),
    k: () => step(-1),
    ArrowDown: inList(() => step(1)),
    ArrowUp: inList(() => step(-1)),
    PageDown: inList(() => step(rowsShown())),
    PageUp: inList(() => step(-rowsShown())),
    Home: inList(() => goTo(0)),
    End: inList(() => goTo(Infinity)),
    o: () => (opened ? setOpened(undefined) : select(Math.max(selected, 0))),
    Enter: () => select(Math.max(selected, 0)),
    e: nextError,
    f: () => change({ live: !params.live, view: "logs" }),
    " ": () => params.live && change({ live: false }),
    t: () => document.getElementById("range")?.click(),
    "[": () => shift(-1),
    "]": () => shift(1),
    r: () => setAttempt((n) => n + 1),
    "?": () => setHelp(true),
    Escape: () => (help ? setHelp(false) : setOpened(undefined)),
  });

  const trace = (id: string) => change({ view: "trace", trace: id, live: false });
  const more = source instanceof SearchRows && !source.done;
  const status = () => {
    if (found.error) return "";
    if (source instanceof SearchRows && source.error) return source.error;
    if (params.live) return `${time.amount(source?.count ?? 0)} records, live`;
    if (found.rows) return `${time.amount(found.rows.length)} rows`;
    if (!source) return "…";
    return found.total === undefined ? `${time.amount(source.count)}${more ? "+" : ""} records` : `${time.amount(found.total)} records`;
  };

  return (
    <div class={`page ${side ? "with-side" : ""}`}>
      <header class="top">
        <button class="menu" aria-label="fields" aria-expanded={side} onClick={() => setSide(!side)}>
          ☰
        </button>
        <QueryBar query={params.q} range={range} facets={facets} error={found.unauthorized ? "" : found.error} run={(q) => (q === params.q ? setAttempt((n) => n + 1) : change({ q }))} />
        <TimeRange from={params.from} to={params.to} utc={utc} choose={(from, to) => change({ from, to, live: false })} />
        <button class="live" aria-pressed={params.live} title="follow what comes in (f)" onClick={() => change({ live: !params.live, view: "logs" })}>
          Live
        </button>
      </header>
      <nav class="views">
        {views.map(([view, label]) => (
          <button key={view} aria-current={params.view === view ? "page" : undefined} onClick={() => change({ view, live: params.live && view === "logs" })}>
            {label}
          </button>
        ))}
        {params.view === "trace" && <button aria-current="page">Trace</button>}
        <span class={found.total === undefined ? "status" : "status total"} role="status">
          {params.view === "logs" && status()} {params.view === "logs" && found.note}
        </span>
        <SavedMenu params={params} open={(search) => location.assign(location.pathname + search)} />
        <CopyButton label="Copy link" text={() => location.origin + location.pathname + write(permanent(params))} />
        <CopyButton label="Copy as command" text={() => command(store, params.q, params.from, params.to, params.live)} />
        <button title="times in UTC or as here" aria-pressed={utc} onClick={() => (saved.setSetting("utc", utc ? "" : "1"), setUtc(!utc))}>
          UTC
        </button>
        <button title="dark or light" aria-label="dark or light" onClick={toggleTheme}>
          ◐
        </button>
        <button title="keys (?)" aria-label="help" onClick={() => setHelp(true)}>
          ?
        </button>
      </nav>
      {found.unauthorized && <TokenForm retry={() => setAttempt((n) => n + 1)} />}
      {(params.view === "logs" || params.view === "patterns") && !params.live && !found.unauthorized && <Facets query={query} ready={params.view !== "logs" || source !== undefined || found.rows !== undefined} narrow={narrow} found={setFacets} />}
      <main class={opened ? "with-detail" : ""}>
        {params.view === "logs" && (
          <>
            {!params.live && !found.rows && (
              <details class="fold" open={!folded} onToggle={(event) => { setFolded(!event.currentTarget.open); saved.setSetting("folded", event.currentTarget.open ? "" : "1"); }}>
                <summary>over time, by {params.by}</summary>
                {!folded && found.range && <Histogram query={query} by={params.by} range={found.range} utc={utc} theme={theme} zoom={zoom} />}
              </details>
            )}
            {found.rows && <Table rows={found.rows} />}
            {source && <RowList source={source} version={version} selected={selected} utc={utc} stick={params.live} select={select} />}
            {source && source.count === 0 && !params.live && !found.error && <p class="empty">No record matches.</p>}
          </>
        )}
        {params.view === "patterns" && <Patterns query={query} narrow={narrow} />}
        {params.view === "trace" && <Trace id={params.trace} open={setOpened} />}
        {params.view === "alerts" && <Alerts utc={utc} />}
        {params.view === "health" && <Health utc={utc} />}
        {opened && <Detail row={opened} store={store} utc={utc} narrow={narrow} trace={trace} close={() => setOpened(undefined)} />}
      </main>
      {help && <Help close={() => setHelp(false)} />}
    </div>
  );
}
