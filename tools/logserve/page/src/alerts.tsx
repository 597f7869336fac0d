// What logalert says: alerts that are pending or firing, and how they came and went.
import { useEffect, useState } from "preact/hooks";
import { get, type Row } from "./api";
import * as time from "./time";

const everyMs = 5000;

interface Answer {
  alerts: Row[];
  silences: Row[];
  history: Row[];
}

function labelsOf(labels: Row[string]): string {
  if (typeof labels !== "object" || labels === null) return "";
  return Object.entries(labels)
    .map(([key, value]) => `${key}=${value}`)
    .join(" ");
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
  const when = (text: Row[string]) => typeof text === "string" && `${time.date(text, utc)} ${time.clock(text, utc)}`;
  const line = (row: Row, state: Row[string], at: Row[string], i: number) => (
    <tr key={i}>
      <td class={`state ${state}`}>{String(state)}</td>
      <th scope="row">{String(row.rule)}</th>
      <td>{labelsOf(row.labels)}</td>
      <td class="text">{String(row.message ?? "")}</td>
      <td class="when">{when(at)}</td>
    </tr>
  );
  return (
    <div class="scroll alerts">
      {note && <p class="note">{note}</p>}
      {answer && answer.alerts.length === 0 && <p class="empty">Nothing is pending or firing.</p>}
      {answer && answer.alerts.length > 0 && (
        <table>
          <caption>now</caption>
          <tbody>{answer.alerts.map((row, i) => line(row, row.state, row.since, i))}</tbody>
        </table>
      )}
      {answer && answer.silences.length > 0 && (
        <table>
          <caption>silenced</caption>
          <tbody>
            {answer.silences.map((row, i) => (
              <tr key={i}>
                <th scope="row">{String(row.filter)}</th>
                <td class="text">{String(row.comment)}</td>
                <td class="when">until {when(row.until)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
      {answer && answer.history.length > 0 && (
        <table>
          <caption>history</caption>
          <tbody>{answer.history.map((row, i) => line(row, row.became, row.timestamp, i))}</tbody>
        </table>
      )}
    </div>
  );
}
