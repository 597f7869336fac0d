// How the pipeline does: what comes in, what waits, what was lost; what the store holds, and of whom; all that each program counts.
import { useEffect, useRef, useState } from "preact/hooks";
import { get, getText, type Row, type Rows } from "./api";
import { lastMessage, messagesOf, parseMetrics, rateOf, rates, sumOf, type Messages, type Sample } from "./metrics";
import * as time from "./time";

const everyMs = 2000;
const errorsEvery = 15; // looks: they are counted anew, which takes longer than all else here

function shown(sample: Sample): string {
  if (/_bytes(_total)?$/.test(sample.name)) return time.bytes(sample.value);
  return time.amount(sample.value);
}

function stamp(timestamp: string, utc: boolean): string {
  return timestamp ? `${time.date(timestamp, utc)} ${time.clock(timestamp, utc)}` : "–";
}

function labelsOf(sample: Sample): string {
  return Object.entries(sample.labels)
    .filter(([key]) => key !== "program")
    .map(([key, value]) => `${key}=${value}`)
    .join(" ");
}

// A counter that should stand still, and does not.
function alarming(sample: Sample): boolean {
  return (/(dropped|errors|refused|failed|failures)/.test(sample.name) || sample.labels.severity === "error") && sample.value > 0;
}

export interface ServiceShare {
  service: string;
  records: number;
  bytes: number; // an estimate: as much for each record
  errors: number;
}

export function sharesOf(records: Row[], errors: Row[], storeBytes: number): ServiceShare[] {
  const all = records.reduce((sum, row) => sum + Number(row.count), 0);
  const errorsOf = new Map(errors.map((row) => [String(row.service ?? ""), Number(row.count)]));
  return records
    .map((row) => {
      const service = String(row.service ?? "");
      return { service, records: Number(row.count), bytes: all > 0 ? (storeBytes * Number(row.count)) / all : 0, errors: errorsOf.get(service) ?? 0 };
    })
    .sort((a, b) => b.records - a.records);
}

interface Store {
  oldest: string;
  newest: string;
  services: Row[];
}

function Figure({ name, value, bad }: { name: string; value: string; bad?: boolean }) {
  return (
    <div class={bad ? "figure alarming" : "figure"}>
      <dt>{name}</dt>
      <dd>{value}</dd>
    </div>
  );
}

function Figures({ samples, grown, store, utc }: { samples: Sample[]; grown: Map<string, number>; store: Store; utc: boolean }) {
  const rate = samples.filter((sample) => sample.name === "logmill_records_in_total" && sample.labels.program === "logserve").map((sample) => rateOf(grown, sample))[0];
  const dropped = sumOf(samples, "logmill_records_dropped_total");
  const records = store.services.reduce((sum, row) => sum + Number(row.count), 0);
  return (
    <dl class="figures">
      <Figure name="records" value={time.amount(records)} />
      <Figure name="on disk" value={time.bytes(sumOf(samples, "logmill_store_bytes"))} />
      <Figure name="taken in by this server" value={rate === undefined ? "…" : `${time.amount(Math.round(rate))}/s`} />
      <Figure name="lag: the newest record is" value={store.newest ? `${time.duration(Math.max(0, Date.now() - Date.parse(store.newest)))} old` : "–"} />
      <Figure name="in queues and spools" value={`${time.amount(sumOf(samples, "logmill_records_pending"))} records, ${time.bytes(sumOf(samples, "logmill_ingest_queue_bytes"))}`} />
      <Figure name="dropped" value={time.amount(dropped)} bad={dropped > 0} />
      <Figure name="oldest record" value={stamp(store.oldest, utc)} />
      <Figure name="newest record" value={stamp(store.newest, utc)} />
    </dl>
  );
}

function Services({ shares }: { shares: ServiceShare[] }) {
  const most = Math.max(1, ...shares.map((one) => one.bytes));
  return (
    <table class="services">
      <caption>services</caption>
      <thead>
        <tr>
          <th scope="col">service</th>
          <th scope="col" class="number" title="its share of the records, not of the bytes">≈ on disk</th>
          <th scope="col" class="number">records</th>
          <th scope="col" class="number">errors</th>
        </tr>
      </thead>
      <tbody>
        {shares.map((one) => (
          <tr key={one.service}>
            <th scope="row">{one.service || "(none)"}</th>
            <td class="number">
              <span class="bar" style={{ width: `${(100 * one.bytes) / most}%` }} />
              <span>{time.bytes(one.bytes)}</span>
            </td>
            <td class="number">{time.amount(one.records)}</td>
            <td class={one.errors > 0 ? "number alarming" : "number"}>
              {time.amount(one.errors)} {one.records > 0 && <span class="rest">{((100 * one.errors) / one.records).toFixed(1)} %</span>}
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function Reported({ messages, utc }: { messages: Messages[]; utc: boolean }) {
  return (
    <table class="reported">
      <caption>what the programs reported</caption>
      <thead>
        <tr>
          <th scope="col">program</th>
          <th scope="col" class="number">errors</th>
          <th scope="col" class="number">warnings</th>
          <th scope="col" class="number">the last</th>
        </tr>
      </thead>
      <tbody>
        {messages.map((one) => (
          <tr key={one.program}>
            <th scope="row">{one.program}</th>
            <td class={one.errors > 0 ? "number alarming" : "number"}>{time.amount(one.errors)}</td>
            <td class="number">{time.amount(one.warnings)}</td>
            <td class="number" title={one.last === undefined ? "" : stamp(time.iso(one.last), utc)}>
              {one.last === undefined ? "–" : `${time.duration(Math.max(0, Date.now() - one.last))} ago`}
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function Program({ name, samples, grown }: { name: string; samples: Sample[]; grown: Map<string, number> }) {
  return (
    <table>
      <caption>{name || "(no program)"}</caption>
      <tbody>
        {samples.map((sample) => {
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
  );
}

// What the directories of the store's segments answer, without a look at its records; but for the errors.
async function lookAtStore(signal: AbortSignal): Promise<Store> {
  const rows = (q: string) => get<Rows>("/logs/aggregate", { q }, signal).then((answer) => answer.rows);
  const [services, oldest, newest] = await Promise.all([
    rows("* | count by service"),
    rows("* | head 1 | fields timestamp"),
    get<{ logs: Row[] }>("/logs/search", { limit: 1, total: "false" }, signal).then((answer) => answer.logs),
  ]);
  return { services, oldest: String(oldest[0]?.timestamp ?? ""), newest: String(newest[0]?.timestamp ?? "") };
}

export function Health({ utc }: { utc: boolean }) {
  const [samples, setSamples] = useState<Sample[]>([]);
  const [grown, setGrown] = useState(new Map<string, number>());
  const [store, setStore] = useState<Store>();
  const [errors, setErrors] = useState<Row[]>([]);
  const [note, setNote] = useState("");
  const last = useRef<{ samples: Sample[]; at: number } | null>(null);

  useEffect(() => {
    const abort = new AbortController();
    let timer: ReturnType<typeof setTimeout>;
    const look = async (round: number) => {
      try {
        const found = parseMetrics(await getText("/metrics", abort.signal));
        const now = performance.now();
        if (last.current) setGrown(rates(last.current.samples, found, (now - last.current.at) / 1000));
        last.current = { samples: found, at: now };
        setSamples(found);
        setStore(await lookAtStore(abort.signal));
        if (round % errorsEvery === 0) setErrors((await get<Rows>("/logs/aggregate", { q: "level>=error | count by service" }, abort.signal)).rows);
        setNote("");
      } catch (error) {
        if ((error as Error).name === "AbortError") return;
        setNote((error as Error).message);
      }
      timer = setTimeout(() => void look(round + 1), everyMs);
    };
    void look(0);
    return () => {
      clearTimeout(timer);
      abort.abort();
    };
  }, []);

  const programs = [...new Set(samples.map((sample) => sample.labels.program ?? ""))];
  return (
    <div class="scroll health">
      {note && <p class="note">{note}</p>}
      {store && <Figures samples={samples} grown={grown} store={store} utc={utc} />}
      {store && store.services.length > 0 && <Services shares={sharesOf(store.services, errors, sumOf(samples, "logmill_store_bytes"))} />}
      {samples.length > 0 && <Reported messages={messagesOf(samples)} utc={utc} />}
      {programs.map((program) => (
        <Program key={program} name={program} samples={samples.filter((sample) => (sample.labels.program ?? "") === program && sample.name !== lastMessage)} grown={grown} />
      ))}
    </div>
  );
}
