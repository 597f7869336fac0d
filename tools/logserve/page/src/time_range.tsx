// From when to when: the usual ranges at a click, any other typed.
import { useEffect, useRef, useState } from "preact/hooks";
import * as time from "./time";

const usual = ["15m", "1h", "6h", "24h", "7d", "30d"];

interface Props {
  from: string;
  to: string;
  utc: boolean;
  choose: (from: string, to: string) => void;
}

function label(from: string, to: string): string {
  const short = (text: string) => (time.isRelative(text) ? text : text.replace("T", " ").replace(/(\.\d+)?Z$/, "Z"));
  if (from === "" && to === "") return "all time";
  if (to === "" && time.isRelative(from)) return `last ${from.replace("-", "")}`;
  return `${from ? short(from) : "…"} – ${to ? short(to) : "now"}`;
}

export function TimeRange({ from, to, utc, choose }: Props) {
  const box = useRef<HTMLDetailsElement>(null);
  const [start, setStart] = useState(from);
  const [end, setEnd] = useState(to);
  const [wrong, setWrong] = useState("");
  useEffect(() => {
    setStart(from);
    setEnd(to);
  }, [from, to]);
  const take = (from: string, to: string) => {
    const bad = [from, to].find((text) => text !== "" && time.parse(text, 0) === undefined);
    setWrong(bad === undefined ? "" : `"${bad}" is no time: 2h, 2026-11-21, 2026-11-21T14:00:00Z`);
    if (bad !== undefined) return;
    box.current!.open = false;
    choose(time.typed(from, utc), time.typed(to, utc));
  };
  return (
    <details class="range" ref={box}>
      <summary id="range" title="time range (t)">{label(from, to)}</summary>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          take(start.trim(), end.trim());
        }}
      >
        <div>
          {usual.map((one) => (
            <button type="button" key={one} onClick={() => take(one, "")}>
              {one}
            </button>
          ))}
          <button type="button" onClick={() => take("", "")}>
            all
          </button>
        </div>
        <label>
          from <input value={start} placeholder="2h, 2026-11-21 14:00" onInput={(event) => setStart(event.currentTarget.value)} />
        </label>
        <label>
          to <input value={end} placeholder="now" onInput={(event) => setEnd(event.currentTarget.value)} />
        </label>
        {wrong && <p class="error">{wrong}</p>}
        <button>Apply</button>
      </form>
    </details>
  );
}
