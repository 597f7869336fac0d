// A list of which only the visible rows are in the document, however many there are.
import { useEffect, useLayoutEffect, useRef, useState } from "preact/hooks";
import type { Row } from "./api";
import type { RowSource } from "./rows";
import { Level } from "./level";
import * as time from "./time";

// Browsers lay out no element that is much higher; above it a pixel of the scroll bar stands for more than one.
const heightMax = 8_000_000;

interface Props {
  source: RowSource;
  version: number; // changes when the source did
  selected: number;
  utc: boolean;
  stick?: boolean; // stay at the end while one is there
  select: (index: number) => void;
}

function otherFields(row: Row): string {
  let text = "";
  for (const key in row) {
    if (key === "timestamp" || key === "level" || key === "service" || key === "message") continue;
    const value = row[key];
    text += ` ${key}=${typeof value === "object" ? JSON.stringify(value) : value}`;
    if (text.length > 400) break;
  }
  return text;
}

function Line({ row, utc }: { row: Row; utc: boolean }) {
  const stamp = typeof row.timestamp === "string" ? row.timestamp : "";
  return (
    <>
      <span class="when" title={stamp}>
        <span class="date">{stamp && time.date(stamp, utc)} </span>
        {stamp && time.clock(stamp, utc)}
      </span>
      <Level value={row.level} />
      <span class="service">{row.service === undefined ? "" : String(row.service)}</span>
      <span class="text">
        {row.message === undefined ? String(row.raw ?? "") : String(row.message)}
        <span class="rest">{otherFields(row)}</span>
      </span>
    </>
  );
}

export function RowList({ source, version, selected, utc, stick, select }: Props) {
  const box = useRef<HTMLDivElement>(null);
  const probe = useRef<HTMLDivElement>(null);
  const [size, setSize] = useState({ rows: 600, row: 22 });
  const [top, setTop] = useState(0);
  const atEnd = useRef(true);
  const [behind, setBehind] = useState(0);

  useLayoutEffect(() => {
    const measure = () => setSize({ rows: box.current!.clientHeight, row: probe.current!.offsetHeight || 22 });
    measure();
    const watch = new ResizeObserver(measure);
    watch.observe(box.current!);
    return () => watch.disconnect();
  }, []);

  const full = source.count * size.row;
  const height = Math.min(full, heightMax);
  const ratio = height > size.rows ? (full - size.rows) / (height - size.rows) : 1;
  const offset = Math.max(0, Math.min(top * ratio, full - size.rows));
  const first = Math.floor(offset / size.row);
  const last = Math.min(source.count, first + Math.ceil(size.rows / size.row) + 1);

  // A live list follows its end only while the reader is there.
  useLayoutEffect(() => {
    if (!stick) return;
    if (atEnd.current) box.current!.scrollTop = height;
    else setBehind((n) => n + 1);
  }, [version, stick, height]);

  useEffect(() => {
    if (selected < 0 || stick) return;
    const y = selected * size.row;
    if (y < offset) box.current!.scrollTop = y / ratio;
    else if (y + size.row > offset + size.rows) box.current!.scrollTop = (y + size.row - size.rows) / ratio;
  }, [selected]);

  const scrolled = () => {
    const element = box.current!;
    atEnd.current = element.scrollTop + element.clientHeight >= element.scrollHeight - size.row;
    if (atEnd.current) setBehind(0);
    setTop(element.scrollTop);
  };

  const lines = [];
  for (let i = first; i < last; ++i) {
    const row = source.at(i);
    lines.push(
      <div key={i} role="option" aria-selected={i === selected} class={i === selected ? "row selected" : "row"} onClick={() => select(i)}>
        {row ? <Line row={row} utc={utc} /> : <span class="rest">…</span>}
      </div>,
    );
  }
  return (
    <div class="list" role="listbox" aria-label="records" data-rows={source.count} tabIndex={0} ref={box} onScroll={scrolled}>
      <div class="row probe" ref={probe} aria-hidden="true">
        <span class="when">0</span>
      </div>
      <div class="height" style={{ height: `${Math.max(height, 1)}px` }}>
        <div class="window" style={{ transform: `translateY(${top - (offset % size.row)}px)` }}>
          {lines}
        </div>
      </div>
      {stick && behind > 0 && (
        <button class="to-end" onClick={() => (box.current!.scrollTop = height)}>
          new records ↓
        </button>
      )}
    </div>
  );
}
