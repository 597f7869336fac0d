// The shapes of the messages that match, with how many each has.
import { useEffect, useState } from "preact/hooks";
import { get, type Query, type Row, type Rows } from "./api";
import { patternTerm } from "./query_text";
import * as time from "./time";

export function Patterns({ query, narrow }: { query: Query; narrow: (term: string) => void }) {
  const [rows, setRows] = useState<Row[]>();
  const [note, setNote] = useState("");
  useEffect(() => {
    const abort = new AbortController();
    get<Rows>("/logs/aggregate", { ...query, q: `${query.q || "*"} | patterns 100` }, abort.signal)
      .then((answer) => {
        setRows(answer.rows);
        setNote(answer.partial ? "incomplete: the query took too long" : "");
      })
      .catch((error: Error) => error.name !== "AbortError" && setNote(error.message));
    return () => abort.abort();
  }, [JSON.stringify(query)]);
  const most = Math.max(1, ...(rows ?? []).map((row) => Number(row.count)));
  return (
    <div class="scroll patterns">
      {note && <p class="note">{note}</p>}
      {rows?.map((row) => (
        <button key={String(row.pattern)} title={String(row.example)} onClick={() => narrow(patternTerm(String(row.pattern)))}>
          <span class="bar" style={{ width: `${(100 * Number(row.count)) / most}%` }} />
          <span class="count">{time.amount(Number(row.count))}</span>
          <span class="name">
            {String(row.pattern)
              .split("<*>")
              .map((part, i) => (i === 0 ? part : <><em>⋆</em>{part}</>))}
          </span>
        </button>
      ))}
      {rows?.length === 0 && <p class="empty">No record matches.</p>}
    </div>
  );
}
