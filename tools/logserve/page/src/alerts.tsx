// What logalert says: alerts that are pending or firing, and how they came and went.
import { useEffect, useState } from "preact/hooks";
import { get, type Row } from "./api";
import * as time from "./time";

const everyMs = 5000;

interface Answer {
  alerts: Row[];
  history: Row[];
}

export function Alerts({ utc }: { utc: boolean }) {
  const [answer, setAnswer] = useState<Answer>();
  const [note, setNote] = useState("");
  useEffect(() => {
    const abort = new AbortController();
    const look = () =>
      get<Answer>("/alerts", {}, abort.signal)
        .then((found) => {
          setAnswer(found);
          setNote("");
        })
        .catch((error: Error) => error.name !== "AbortError" && setNote(error.message));
    void look();
    const timer = setInterval(look, everyMs);
    return () => {
      clearInterval(timer);
      abort.abort();
    };
  }, []);
  const table = (rows: Row[], caption: string) => (
    <table>
      <caption>{caption}</caption>
      <tbody>
        {rows.map((row, i) => (
          <tr key={i}>
            <td class={`state ${row.state}`}>{String(row.state)}</td>
            <th scope="row">{String(row.rule)}</th>
            <td>{String(row.series ?? "")}</td>
            <td class="number">{row.value === undefined || row.value === null ? "" : String(row.value)}</td>
            <td class="when">{typeof row.at === "string" && `${time.date(row.at, utc)} ${time.clock(row.at, utc)}`}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
  return (
    <div class="scroll alerts">
      {note && <p class="note">{note}</p>}
      {answer && answer.alerts.length === 0 && <p class="empty">Nothing is pending or firing.</p>}
      {answer && answer.alerts.length > 0 && table(answer.alerts, "now")}
      {answer && answer.history.length > 0 && table(answer.history, "history")}
    </div>
  );
}
