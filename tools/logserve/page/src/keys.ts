// Keys of the whole page; while something is typed they belong to what is typed into.
import { useEffect, useRef } from "preact/hooks";

// False: the key is the browser's after all.
export type Keys = Record<string, () => unknown>;

function isTyping(target: EventTarget | null): boolean {
  return target instanceof HTMLInputElement || target instanceof HTMLTextAreaElement;
}

// Enter and Space press the button that has the focus.
function pressesButton(event: KeyboardEvent): boolean {
  return (event.key === "Enter" || event.key === " ") && event.target instanceof HTMLElement && event.target.closest("button, summary, a") !== null;
}

export function useKeys(keys: Keys) {
  const now = useRef(keys);
  now.current = keys;
  useEffect(() => {
    const pressed = (event: KeyboardEvent) => {
      if (event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target) || pressesButton(event)) return;
      const action = now.current[event.key];
      if (!action) return;
      if (action() !== false) event.preventDefault();
    };
    addEventListener("keydown", pressed);
    return () => removeEventListener("keydown", pressed);
  }, []);
}
