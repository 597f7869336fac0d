// The line in which a query is typed, with completion of fields, values and stages.
import { useEffect, useRef, useState } from "preact/hooks";
import { get, type Query, type Rows } from "./api";
import type { Facet } from "./facets";
import * as saved from "./saved";
import { completionAt, name, split, stageNames, value, type Completion } from "./query_text";
import * as time from "./time";

interface Choice {
  text: string; // what takes the place of what was typed
  shown: string;
  note: string;
}

const choicesMax = 12;

function startsWith(text: string, prefix: string): boolean {
  return text.toLowerCase().startsWith(prefix.toLowerCase());
}

async function choicesFor(completion: Completion, query: string, range: Query, facets: Facet[], signal: AbortSignal): Promise<Choice[]> {
  const { prefix, field } = completion;
  if (completion.kind === "stage")
    return stageNames.filter((one) => startsWith(one, prefix)).map((one) => ({ text: `${one} `, shown: one, note: "stage" }));
  if (completion.kind === "field")
    return facets
      .filter((one) => prefix !== "" && startsWith(one.field, prefix))
      .map((one) => ({ text: `${name(one.field)}=`, shown: one.field, note: one.values.slice(0, 3).map((v) => v.value).join(", ") }));
  if (completion.kind !== "value") return [];
  // The values that the rest of the query leaves.
  const rest = split(query.slice(0, completion.start).replace(/\S+$/, "")).filter;
  const answer = await get<Rows>("/logs/values", { ...range, q: rest || "*", field, limit: 100 }, signal).catch(() => ({ rows: [] }) as Rows);
  return answer.rows
    .map((row) => ({ value: String(row[field]), count: Number(row.count) }))
    .filter((one) => startsWith(one.value, prefix))
    .map((one) => ({ text: value(one.value), shown: one.value, note: time.amount(one.count) }));
}

interface Props {
  query: string;
  range: Query;
  facets: Facet[];
  error: string;
  run: (query: string) => void;
}

export function QueryBar({ query, range, facets, error, run }: Props) {
  const input = useRef<HTMLInputElement>(null);
  const [text, setText] = useState(query);
  const [choices, setChoices] = useState<Choice[]>([]);
  const [chosen, setChosen] = useState(-1);
  const [past, setPast] = useState(-1);
  const completion = useRef<Completion | null>(null);
  const abort = useRef<AbortController | null>(null);

  useEffect(() => setText(query), [query]);

  const close = () => {
    abort.current?.abort();
    setChoices([]);
    setChosen(-1);
  };
  const suggest = (typed: string, caret: number) => {
    close();
    const found = completionAt(typed, caret);
    completion.current = found;
    if (found.kind === "none") return;
    const own = (abort.current = new AbortController());
    void choicesFor(found, typed, range, facets, own.signal).then((list) => {
      if (own.signal.aborted) return;
      setChoices(list.filter((one) => one.shown !== found.prefix).slice(0, choicesMax));
    });
  };
  const accept = (choice: Choice) => {
    const at = completion.current!;
    const caret = input.current!.selectionStart ?? text.length;
    const next = text.slice(0, at.start) + choice.text + text.slice(caret);
    setText(next);
    close();
    const end = at.start + choice.text.length;
    queueMicrotask(() => {
      input.current!.focus();
      input.current!.setSelectionRange(end, end);
      if (choice.text.endsWith("=") || choice.text.endsWith(" ")) suggest(next, end);
    });
  };
  const recall = (step: number) => {
    const recent = saved.recent();
    const next = Math.max(-1, Math.min(past + step, recent.length - 1));
    setPast(next);
    setText(next < 0 ? query : recent[next]);
  };
  const pressed = (event: KeyboardEvent) => {
    const count = choices.length;
    if (event.ctrlKey && (event.key === "ArrowUp" || event.key === "ArrowDown")) recall(event.key === "ArrowUp" ? 1 : -1);
    else if (count > 0 && event.key === "ArrowDown") setChosen((chosen + 1) % count);
    else if (count > 0 && event.key === "ArrowUp") setChosen((chosen + count - 1) % count);
    else if (count > 0 && event.key === "Tab") accept(choices[Math.max(chosen, 0)]);
    else if (event.key === "Enter" && chosen >= 0) accept(choices[chosen]);
    else if (event.key === "Enter") {
      close();
      saved.remember(text);
      setPast(-1);
      run(text);
    } else if (event.key === "Escape" && count > 0) close();
    else if (event.key === "Escape") input.current!.blur();
    else return;
    event.preventDefault();
    event.stopPropagation();
  };

  return (
    <div class="query">
      <input
        id="q"
        ref={input}
        value={text}
        placeholder='level=ERROR service=auth "connection reset" | count by host'
        aria-label="query"
        aria-autocomplete="list"
        aria-controls="choices"
        aria-invalid={error !== ""}
        autocomplete="off"
        autocapitalize="off"
        spellcheck={false}
        onInput={(event) => {
          const typed = event.currentTarget.value;
          setText(typed);
          suggest(typed, event.currentTarget.selectionStart ?? typed.length);
        }}
        onKeyDown={pressed}
        onBlur={() => setTimeout(close, 150)}
      />
      {choices.length > 0 && (
        <ul class="choices" id="choices" role="listbox">
          {choices.map((choice, i) => (
            <li key={choice.shown} role="option" aria-selected={i === chosen} class={i === chosen ? "chosen" : ""} onMouseDown={() => accept(choice)}>
              <span>{choice.shown}</span>
              <span class="note">{choice.note}</span>
            </li>
          ))}
        </ul>
      )}
      {error && <pre class="error" role="alert">{error}</pre>}
    </div>
  );
}
