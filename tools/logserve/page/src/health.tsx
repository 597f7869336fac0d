// How the pipeline does: what each program counts, and what it grew by since the last look; what the store holds.
import { useEffect, useRef, useState } from "preact/hooks";
import { get, getText, type Rows } from "./api";
import { parseMetrics, rateOf, rates, type Sample } from "./metrics";
import * as time from "./time";

const everyMs = 2000;

function shown(sample: Sample): string {
  if (/_bytes(_total)?$/.test(sample.name)) return time.bytes(sample.value);
  return time.amount(sample.value);
}

function labelsOf(sample: Sample): string {
  return Object.entries(sample.labels)
    .filter(([key]) => key !== "program")
    .map(([key, value]) => `${key}=${value}`)
    .join(" ");
}

// A counter that should stand still, and does not.
function alarming(sample: Sample): boolean {
  return /(dropped|errors|refused|failed)/.test(sample.name) && sample.value > 0;
}

export function Health({ utc }: { utc: boolean }) {
  const [samples, setSamples] = useState<Sample[]>([]);
  const [grown, setGrown] = useState(new Map<string, number>());
  const [store, setStore] = useState<{ count: number; oldest: string; newest: string }>();
  const [note, setNote] = useState("");
  const last = useRef<{ samples: Sample[]; at: number } | null>(null);

  useEffect(() => {
    const abort = new AbortController();
    const look = async () => {
      try {
        const found = parseMetrics(await getText("/metrics", abort.signal));
        const now = performance.now();
        if (last.current) setGrown(rates(last.current.samples, found, (now - last.current.at) / 1000));
        last.current = { samples: found, at: now };
        setSamples(found);
        const answer = await get<Rows>("/logs/aggregate", { q: "* | stats count() as n, min(timestamp) as oldest, max(timestamp) as newest" }, abort.signal);
        const row = answer.rows[0];
        if (row) setStore({ count: Number(row.n), oldest: String(row.oldest ?? ""), newest: String(row.newest ?? "") });
        setNote("");
      } catch (error) {
        if ((error as Error).name !== "AbortError") setNote((error as Error).message);
      }
    };
    void look();
    const timer = setInterval(look, everyMs);
    return () => {
      clearInterval(timer);
      abort.abort();
    };
  }, []);

  const programs = [...new Set(samples.map((sample) => sample.labels.program ?? ""))];
  return (
    <div class="scroll health">
      {note && <p class="note">{note}</p>}
      {store && (
        <dl>
          <dt>records</dt>
          <dd>{time.amount(store.count)}</dd>
          <dt>oldest</dt>
          <dd>{store.oldest && `${time.date(store.oldest, utc)} ${time.clock(store.oldest, utc)}`}</dd>
          <dt>newest</dt>
          <dd>{store.newest && `${time.date(store.newest, utc)} ${time.clock(store.newest, utc)}, ${time.duration(Math.max(0, Date.now() - Date.parse(store.newest)))} ago`}</dd>
        </dl>
      )}
      {programs.map((program) => (
        <table key={program}>
          <caption>{program || "(no program)"}</caption>
          <tbody>
            {samples
              .filter((sample) => (sample.labels.program ?? "") === program)
              .map((sample) => {
                const rate = rateOf(grown, sample);
                return (
                  <tr key={sample.name + labelsOf(sample)} class={alarming(sample) ? "alarming" : ""}>
                    <th scope="row">
                      {sample.name.replace(/^logmill_/, "").replace(/_total$/, "").replaceAll("_", " ")} <span class="rest">{labelsOf(sample)}</span>
                    </th>
                    <td class="number">{shown(sample)}</td>
                    <td class="number">{rate === undefined ? "" : `${time.amount(Math.round(rate))}/s`}</td>
                  </tr>
                );
              })}
          </tbody>
        </table>
      ))}
    </div>
  );
}
