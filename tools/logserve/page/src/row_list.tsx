// A list of which only the visible rows are in the document, however many there are.
import { useEffect, useLayoutEffect, useRef, useState } from "preact/hooks";
import type { Row } from "./api";
import type { RowSource } from "./rows";
import { Level } from "./level";
import * as time from "./time";

// Browsers lay out no element that is much higher. Of a list that would be, a pixel of the scroll bar stands for several; the wheel and the
// keys move by pixels of the list nevertheless.
const heightMax = 8_000_000;
// Rows above and below what is visible: they are there when the browser scrolls before the page has drawn.
const rowsAround = 10;

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
    if (key === "timestamp" || key === "level" || key === "service" || key === "message" || key === "log_id") continue;
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
  const [, draw] = useState(0);
  // Pixels of the list, and of the scroll bar; whether that is the end, and how many rows there were then.
  const at = useRef({ offset: 0, top: 0, first: source.first, end: true, seen: 0 });

  useLayoutEffect(() => {
    const measure = () => setSize({ rows: box.current!.clientHeight, row: probe.current!.offsetHeight || 22 });
    measure();
    const watch = new ResizeObserver(measure);
    watch.observe(box.current!);
    return () => watch.disconnect();
  }, []);

  const full = (source.count - source.first) * size.row;
  const height = Math.min(full, heightMax);
  const ratio = height < full ? (full - size.rows) / (height - size.rows) : 1;
  const most = Math.max(0, full - size.rows);
  // What is looked at stays where it is when rows before it are let go.
  if (source.first > at.current.first) {
    at.current.offset -= (source.first - at.current.first) * size.row;
    at.current.first = source.first;
  }
  const offset = Math.max(0, Math.min(at.current.offset, most));
  const first = Math.max(0, Math.floor(offset / size.row) - rowsAround);
  const last = Math.min(source.count - source.first, Math.ceil((offset + size.rows) / size.row) + rowsAround);

  const look = (next: number) => {
    at.current.offset = Math.max(0, Math.min(next, most));
    at.current.top = at.current.offset / ratio;
    at.current.end = at.current.offset >= most - size.row;
    if (at.current.end) at.current.seen = source.count;
    draw((n) => n + 1);
  };
  const moveTo = (next: number) => {
    look(next);
    box.current!.scrollTop = at.current.top;
  };

  useLayoutEffect(() => {
    at.current = { offset: 0, top: 0, first: source.first, end: true, seen: 0 };
    moveTo(stick ? most : 0);
  }, [source]);

  // The scroll bar goes where the list is, unless somebody has moved it, of which the event is still to come. A live list follows its end while the
  // reader is there.
  useLayoutEffect(() => {
    const top = box.current!.scrollTop;
    if (Math.abs(top - at.current.top) >= 1) look(top * ratio);
    else if (stick && at.current.end) moveTo(most);
    else if (Math.abs(top - at.current.offset / ratio) >= 1) moveTo(at.current.offset);
  }, [version, stick, most, ratio, source.first]);

  useEffect(() => {
    if (selected < source.first) return;
    const y = (selected - source.first) * size.row;
    if (y < offset) moveTo(y);
    else if (y + size.row > offset + size.rows) moveTo(y + size.row - size.rows);
  }, [selected]);

  const scrolled = () => {
    const top = box.current!.scrollTop;
    if (Math.abs(top - at.current.top) >= 1) look(top * ratio); // else it was us
  };

  const wheel = useRef((_: WheelEvent) => {});
  wheel.current = (event) => {
    if (ratio === 1 || event.ctrlKey || event.deltaY === 0) return;
    event.preventDefault();
    const unit = [1, size.row, size.rows][event.deltaMode];
    moveTo(at.current.offset + event.deltaY * unit);
  };
  useEffect(() => {
    const turned = (event: WheelEvent) => wheel.current(event);
    box.current!.addEventListener("wheel", turned, { passive: false });
  }, []);

  const lines = [];
  for (let i = source.first + first; i < source.first + last; ++i) {
    const row = source.at(i);
    lines.push(
      <div key={i} role="option" aria-posinset={i + 1} aria-setsize={source.count} aria-selected={i === selected} class={i === selected ? "row selected" : "row"} onClick={() => select(i)}>
        {row ? <Line row={row} utc={utc} /> : <span class="rest">…</span>}
      </div>,
    );
  }
  return (
    <div class="list" role="listbox" aria-label="records" data-rows={source.count - source.first} tabIndex={0} ref={box} onScroll={scrolled}>
      <div class="row probe" ref={probe} aria-hidden="true">
        <span class="when">0</span>
      </div>
      <div class="height" style={{ height: `${Math.max(height, 1)}px` }}>
        <div class="window" style={{ transform: `translateY(${offset / ratio + first * size.row - offset}px)` }}>
          {lines}
        </div>
      </div>
      {stick && !at.current.end && source.count > at.current.seen && (
        <button class="to-end" onClick={() => moveTo(most)}>
          {time.amount(source.count - at.current.seen)} new ↓
        </button>
      )}
    </div>
  );
}
