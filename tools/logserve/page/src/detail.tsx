// One record: its fields, what can be done with each, and the records around it.
import { useEffect, useState } from "preact/hooks";
import { get, type Row, type Rows } from "./api";
import { command, fieldTerm } from "./query_text";
import { Level } from "./level";
import * as time from "./time";

function textOf(value: Row[string]): string {
  return typeof value === "string" ? value : JSON.stringify(value);
}

export async function copy(text: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return false; // a page that came over plain HTTP from another host may not
  }
}

export function CopyButton({ label, text }: { label: string; text: () => string }) {
  const [done, setDone] = useState("");
  const click = async () => {
    if (await copy(text())) setDone("copied");
    else prompt(label, text());
    setTimeout(() => setDone(""), 1500);
  };
  return <button onClick={click}>{done || label}</button>;
}

// What only this record matches, or few others.
function ownTerms(row: Row): string {
  const named = ["service", "host", "trace_id"].filter((key) => row[key] !== undefined).map((key) => fieldTerm(key, textOf(row[key]), false));
  return [fieldTerm("timestamp", textOf(row.timestamp ?? ""), false), ...named].join(" ");
}

function Around({ row, utc }: { row: Row; utc: boolean }) {
  const [rows, setRows] = useState<Row[]>();
  const [note, setNote] = useState("");
  useEffect(() => {
    const abort = new AbortController();
    const query = { q: ownTerms(row), before: 10, after: 10 };
    get<Rows>("/logs/context", query, abort.signal)
      .then((answer) => setRows(answer.rows))
      .catch((error: Error) => error.name !== "AbortError" && setNote(error.message));
    return () => abort.abort();
  }, [row]);
  if (note) return <p class="note">{note}</p>;
  const own = JSON.stringify(row);
  return (
    <ol class="around">
      {rows?.map((one, i) => (
        <li key={i} class={JSON.stringify(one) === own ? "own" : ""}>
          <span class="when">{time.clock(String(one.timestamp), utc)}</span> <Level value={one.level} /> {textOf(one.message ?? one.raw ?? "")}
        </li>
      ))}
    </ol>
  );
}

interface Props {
  row: Row;
  store: string;
  utc: boolean;
  narrow: (term: string) => void;
  trace: (id: string) => void;
  close: () => void;
}

export function Detail({ row, store, utc, narrow, trace, close }: Props) {
  const [around, setAround] = useState(false);
  useEffect(() => setAround(false), [row]);
  const line = () => command(store, ownTerms(row), "", "");
  return (
    <section class="detail" aria-label="record">
      <header>
        <CopyButton label="Copy JSON" text={() => JSON.stringify(row)} />
        <CopyButton label="Copy as command" text={line} />
        {row.trace_id !== undefined && <button onClick={() => trace(textOf(row.trace_id))}>Trace</button>}
        <button aria-pressed={around} onClick={() => setAround(!around)}>
          Context ±10
        </button>
        <button class="close" aria-label="close" onClick={close}>
          ×
        </button>
      </header>
      {around && <Around row={row} utc={utc} />}
      <table>
        <tbody>
          {Object.entries(row).map(([key, field]) => (
            <tr key={key}>
              <td class="tools">
                {key !== "timestamp" && (
                  <>
                    <button aria-label={`only ${key}=${textOf(field)}`} title="only with this value" onClick={() => narrow(fieldTerm(key, textOf(field), false))}>
                      +
                    </button>
                    <button aria-label={`without ${key}=${textOf(field)}`} title="without this value" onClick={() => narrow(fieldTerm(key, textOf(field), true))}>
                      −
                    </button>
                  </>
                )}
              </td>
              <th scope="row">{key}</th>
              <td class="field">{key === "level" ? <Level value={field} /> : textOf(field)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}
