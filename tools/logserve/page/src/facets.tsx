// The most frequent values of each field: a click narrows to one, Alt and click leaves it out.
import { useEffect, useState } from "preact/hooks";
import { get, type Query, type Rows } from "./api";
import { fieldTerm } from "./query_text";
import * as time from "./time";

export interface Facet {
  field: string;
  values: { value: string; count: number }[];
}

const first = ["level", "service", "host", "status", "method"];

export function facetsOf(rows: Rows["rows"]): Facet[] {
  const found = new Map<string, Facet>();
  for (const row of rows) {
    const field = String(row.field);
    if (!found.has(field)) found.set(field, { field, values: [] });
    found.get(field)!.values.push({ value: String(row.value), count: Number(row.count) });
  }
  const rank = (facet: Facet) => {
    const at = first.indexOf(facet.field);
    return at < 0 ? first.length : at;
  };
  return [...found.values()].sort((a, b) => rank(a) - rank(b));
}

interface Props {
  query: Query;
  ready: boolean; // not before the first rows are there: counting all values takes the server's cores
  narrow: (term: string) => void;
  found: (facets: Facet[]) => void; // for completion
}

export function Facets({ query, ready, narrow, found }: Props) {
  const [facets, setFacets] = useState<Facet[]>([]);
  const [note, setNote] = useState("");
  useEffect(() => {
    if (!ready) return;
    const abort = new AbortController();
    get<Rows>("/logs/facets", { ...query, limit: 8 }, abort.signal)
      .then((answer) => {
        const facets = facetsOf(answer.rows);
        setFacets(facets);
        found(facets);
        setNote(answer.partial ? "incomplete: the query took too long" : "");
      })
      .catch((error: Error) => error.name !== "AbortError" && setNote(error.message));
    return () => abort.abort();
  }, [JSON.stringify(query), ready]);
  return (
    <aside class="facets" aria-label="fields">
      {note && <p class="note">{note}</p>}
      {facets.map((facet) => {
        const most = Math.max(...facet.values.map((one) => one.count));
        return (
          <details key={facet.field} open={first.includes(facet.field)}>
            <summary>{facet.field}</summary>
            {facet.values.map(({ value, count }) => (
              <div class="value" key={value}>
                <button
                  class="include"
                  title={`${facet.field}=${value} — Alt+click leaves it out`}
                  onClick={(event) => narrow(fieldTerm(facet.field, value, event.altKey))}
                >
                  <span class="bar" style={{ width: `${(100 * count) / most}%` }} />
                  <span class="name">{value}</span>
                  <span class="count">{time.amount(count)}</span>
                </button>
                <button class="exclude" aria-label={`without ${facet.field}=${value}`} title="leave it out" onClick={() => narrow(fieldTerm(facet.field, value, true))}>
                  −
                </button>
              </div>
            ))}
          </details>
        );
      })}
    </aside>
  );
}
