// What the page shows, all of it in its address, so that any view can be sent to somebody else.
import { useEffect, useState } from "preact/hooks";

export type View = "logs" | "patterns" | "trace" | "alerts" | "health";
const views: View[] = ["logs", "patterns", "trace", "alerts", "health"];

export interface Params {
  q: string;
  from: string; // a time, or how long ago; empty: from the first record on
  to: string;
  by: string; // the field whose values the histogram stacks
  view: View;
  live: boolean;
  trace: string;
}

export function read(search: string): Params {
  const given = new URLSearchParams(search);
  const view = given.get("view") as View;
  return {
    q: given.get("q") ?? "",
    from: given.get("timestamp_from") ?? "",
    to: given.get("timestamp_to") ?? "",
    by: given.get("by") || "level",
    view: views.includes(view) ? view : "logs",
    live: given.get("live") === "1",
    trace: given.get("trace") ?? "",
  };
}

export function write(params: Params): string {
  const out = new URLSearchParams();
  // Named as in the API, so that the plain page of a browser without scripts shows the same.
  const named = { q: params.q, timestamp_from: params.from, timestamp_to: params.to, trace: params.trace };
  for (const [key, value] of Object.entries(named)) if (value) out.set(key, value);
  if (params.by !== "level") out.set("by", params.by);
  if (params.view !== "logs") out.set("view", params.view);
  if (params.live) out.set("live", "1");
  const text = out.toString();
  return text ? `?${text}` : "";
}

export function useParams(): [Params, (change: Partial<Params>) => void] {
  const [params, set] = useState(() => read(location.search));
  useEffect(() => {
    const back = () => set(read(location.search));
    addEventListener("popstate", back);
    return () => removeEventListener("popstate", back);
  }, []);
  const change = (change: Partial<Params>) =>
    set((old) => {
      const next = { ...old, ...change };
      const address = location.pathname + write(next);
      if (write(next) !== location.search) history.pushState(null, "", address);
      return next;
    });
  return [params, change];
}
