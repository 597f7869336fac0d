// How many records over time, stacked by the values of a field. Dragging over it chooses a range.
import { useEffect, useRef, useState } from "preact/hooks";
import uPlot from "uplot";
import { get, type Query, type Rows } from "./api";
import { levelClass, levelRank } from "./level";
import * as time from "./time";

export interface Stack {
  x: number[]; // seconds since the epoch
  names: string[]; // the lowest first
  counts: number[][]; // by name, by x
}

const seriesMax = 8;
const plotHeight = 120;
const labelWidth = 72; // of "00:00:50", with room between two
const others = "(other)";

export function stackOf(rows: Rows["rows"], by: string, spanMs: number): Stack {
  const totals = new Map<string, number>();
  const times = new Set<number>();
  for (const row of rows) {
    const name = String(row[by] ?? "(none)");
    totals.set(name, (totals.get(name) ?? 0) + Number(row.count));
    times.add(Date.parse(String(row.timestamp)));
  }
  const ordered = [...totals.keys()].sort((a, b) => totals.get(b)! - totals.get(a)!);
  let names = ordered.slice(0, seriesMax);
  if (by === "level") names.sort((a, b) => levelRank(a) - levelRank(b));
  if (ordered.length > names.length) names = [...names, others];
  const index = new Map(names.map((name, i) => [name, i]));
  const ms = [...times].sort((a, b) => a - b);
  const x: number[] = [];
  if (ms.length > 0) for (let t = ms[0]; t <= ms[ms.length - 1]; t += spanMs) x.push(t);
  const counts = names.map(() => new Array<number>(x.length).fill(0));
  for (const row of rows) {
    const series = index.get(String(row[by] ?? "(none)")) ?? names.length - 1;
    const place = Math.round((Date.parse(String(row.timestamp)) - ms[0]) / spanMs);
    if (place < x.length) counts[series][place] += Number(row.count);
  }
  return { x: x.map((t) => t / 1000), names, counts };
}

function sums(stack: Stack): number[][] {
  const out: number[][] = [];
  stack.counts.forEach((counts, i) => out.push(counts.map((n, j) => n + (i > 0 ? out[i - 1][j] : 0))));
  return out;
}

const palette = ["--c0", "--c1", "--c2", "--c3", "--c4", "--c5", "--c6", "--c7"];

function colour(name: string, index: number, by: string): string {
  const style = getComputedStyle(document.documentElement);
  return style.getPropertyValue(by === "level" ? `--${levelClass(name)}` : palette[index % palette.length]).trim() || "gray";
}

// A day, or what of the clock tells ticks apart that are `apart` seconds from each other; in 24 hours, as the list has it.
export function tick(seconds: number, apart: number, utc: boolean): string {
  const iso = time.iso(seconds * 1000);
  const clock = time.clock(iso, utc);
  if (apart >= 86400 || (apart >= 3600 && clock.startsWith("00:00"))) return time.date(iso, utc).slice(5);
  return clock.slice(0, apart >= 60 ? 5 : apart >= 1 ? 8 : undefined);
}

function draw(element: HTMLElement, stack: Stack, by: string, utc: boolean, spanMs: number, zoom: (from: number, to: number) => void): uPlot {
  const ink = getComputedStyle(document.documentElement).getPropertyValue("--dim").trim();
  const line = getComputedStyle(document.documentElement).getPropertyValue("--line").trim();
  // The whole height first, and the lower ones over it.
  const order = stack.names.map((_, i) => stack.names.length - 1 - i);
  const heights = sums(stack);
  const bars = uPlot.paths.bars!({ size: [0.9, 60], align: 1 });
  const options: uPlot.Options = {
    width: element.clientWidth,
    height: plotHeight,
    tzDate: (seconds) => (utc ? uPlot.tzDate(new Date(seconds * 1000), "Etc/UTC") : new Date(seconds * 1000)),
    cursor: { drag: { x: true, y: false, setScale: false }, y: false, points: { show: false } },
    scales: { x: { range: (_, min, max) => [min, max + spanMs / 1000] }, y: { range: (_, __, max) => [0, Math.max(max, 1)] } },
    axes: [
      { stroke: ink, grid: { show: false }, ticks: { stroke: line }, size: 24, space: labelWidth, values: (_, splits, __, ___, apart) => splits.map((at) => tick(at, apart, utc)) },
      { stroke: ink, grid: { stroke: line, width: 1 }, ticks: { show: false }, size: 56, values: (_, splits) => splits.map((n) => (Number.isInteger(n) ? short(n) : "")) },
    ],
    legend: { show: true, live: true },
    series: [
      { value: (_, seconds) => (seconds === null ? "" : time.date(time.iso(seconds * 1000), utc) + " " + time.clock(time.iso(seconds * 1000), utc).slice(0, 8)) },
      ...order.map((i) => ({
        label: stack.names[i],
        fill: colour(stack.names[i], i, by),
        width: 0,
        paths: bars,
        points: { show: false },
        value: (_: uPlot, __: number, ___: number, at: number | null) => (at === null ? "" : time.amount(stack.counts[i][at])),
      })),
    ],
    hooks: {
      setSelect: [
        (plot) => {
          if (plot.select.width < 2) return;
          zoom(plot.posToVal(plot.select.left, "x") * 1000, plot.posToVal(plot.select.left + plot.select.width, "x") * 1000);
        },
      ],
      ready: [
        (plot) => {
          let pressed = 0;
          plot.over.addEventListener("mousedown", (event) => (pressed = event.clientX));
          plot.over.addEventListener("click", (event) => {
            const at = plot.cursor.idx;
            if (Math.abs(event.clientX - pressed) > 2 || at === null || at === undefined) return;
            zoom(stack.x[at] * 1000, stack.x[at] * 1000 + spanMs);
          });
        },
      ],
    },
  };
  return new uPlot(options, [stack.x, ...order.map((i) => heights[i])], element);
}

function short(n: number): string {
  if (n >= 1e6) return `${n / 1e6}M`;
  return n >= 1e3 ? `${n / 1e3}k` : String(n);
}

interface Props {
  query: Query; // q, timestamp_from, timestamp_to
  by: string;
  range: { from: number; to: number } | undefined;
  utc: boolean;
  theme: string;
  zoom: (from: number, to: number) => void;
}

export function Histogram({ query, by, range, utc, theme, zoom }: Props) {
  const box = useRef<HTMLDivElement>(null);
  const [rows, setRows] = useState<Rows["rows"]>();
  const [note, setNote] = useState("");
  const span = range && time.spanOf(range.from, range.to);

  useEffect(() => {
    if (!span) return;
    const abort = new AbortController();
    setNote("");
    get<Rows>("/logs/hits", { ...query, span: span.text, by }, abort.signal)
      .then((answer) => {
        setRows(answer.rows);
        if (answer.partial) setNote("incomplete: the query took too long");
      })
      .catch((error: Error) => error.name !== "AbortError" && setNote(error.message));
    return () => abort.abort();
  }, [JSON.stringify(query), by, span?.text]);

  useEffect(() => {
    if (!rows || !span || rows.length === 0 || !box.current) return;
    const element = box.current;
    const plot = draw(element, stackOf(rows, by, span.ms), by, utc, span.ms, zoom);
    const watch = new ResizeObserver(() => plot.setSize({ width: element.clientWidth, height: plotHeight }));
    watch.observe(element);
    return () => {
      watch.disconnect();
      plot.destroy();
    };
  }, [rows, utc, theme]);

  return (
    <section class="histogram" aria-label="records over time">
      <div class="plot" ref={box} />
      {span && <span class="span">each bar {span.text}{note && ` · ${note}`}</span>}
    </section>
  );
}
