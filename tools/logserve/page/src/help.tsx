import { useEffect, useRef } from "preact/hooks";

const keys: [string, string][] = [
  ["/", "type a query"],
  ["Enter", "run it; on a record: open it"],
  ["Ctrl ↑ ↓", "queries that were run before"],
  ["Tab", "take what is suggested"],
  ["j k ↓ ↑", "next record, the one before"],
  ["PgDn PgUp Home End", "a screen on, back; the first, the last"],
  ["o", "open and close a record"],
  ["e", "next error"],
  ["t", "time range"],
  ["[ ]", "one range earlier, later"],
  ["f", "follow what comes in"],
  ["Space", "stop following"],
  ["r", "ask again"],
  ["Esc", "close"],
];

export function Help({ close }: { close: () => void }) {
  const box = useRef<HTMLDialogElement>(null);
  useEffect(() => box.current!.showModal(), []);
  return (
    <dialog ref={box} onClose={close} aria-label="keys">
      <table>
        <tbody>
          {keys.map(([key, what]) => (
            <tr key={key}>
              <th scope="row">
                <kbd>{key}</kbd>
              </th>
              <td>{what}</td>
            </tr>
          ))}
        </tbody>
      </table>
      <p>
        The language: <code>level&gt;=warn service=auth "connection reset" | count by host</code>; all of it is in logquery-syntax(7).
      </p>
      <button onClick={close}>Close</button>
    </dialog>
  );
}
