// All records of one trace, in their order, each as a bar from when it was written and as long as its duration_ms says.
import { useEffect, useState } from "preact/hooks";
import { get, type Row, type Rows } from "./api";
import { Level } from "./level";
import { fieldTerm } from "./query_text";
import * as time from "./time";

const rowsMax = 1000;

interface Props {
  id: string;
  open: (row: Row) => void;
}

export function Trace({ id, open }: Props) {
  const [rows, setRows] = useState<Row[]>();
  const [note, setNote] = useState("");
  useEffect(() => {
    const abort = new AbortController();
    get<Rows>("/logs/aggregate", { q: `${fieldTerm("trace_id", id, false)} | sort timestamp | head ${rowsMax}` }, abort.signal)
      .then((answer) => {
        setRows(answer.rows);
        setNote(answer.partial ? "incomplete: the query took too long" : "");
      })
      .catch((error: Error) => error.name !== "AbortError" && setNote(error.message));
    return () => abort.abort();
  }, [id]);
  if (!rows) return <p class="note">{note}</p>;
  const start = Date.parse(String(rows[0]?.timestamp));
  const lengthOf = (row: Row) => (typeof row.duration_ms === "number" ? row.duration_ms : 0);
  const offsetOf = (row: Row) => Date.parse(String(row.timestamp)) - start;
  const all = Math.max(1, ...rows.map((row) => offsetOf(row) + lengthOf(row)));
  return (
    <div class="scroll trace">
      <p class="note">
        trace {id}: {rows.length} records over {time.duration(all)}
        {rows.length === rowsMax && ", the first ones"} {note}
      </p>
      {rows.map((row, i) => (
        <button key={i} onClick={() => open(row)}>
          <span class="service">{String(row.service ?? "")}</span>
          <Level value={row.level} />
          <span class="lane">
            <span class="bar" style={{ left: `${(100 * offsetOf(row)) / all}%`, width: `max(2px, ${(100 * lengthOf(row)) / all}%)` }} />
          </span>
          <span class="number">+{time.duration(offsetOf(row))}</span>
          <span class="text">{String(row.message ?? row.raw ?? "")}</span>
        </button>
      ))}
      {rows.length === 0 && <p class="empty">No record has this trace_id.</p>}
    </div>
  );
}
