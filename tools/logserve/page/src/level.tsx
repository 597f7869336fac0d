// Levels by name and sign as well as by colour.
import type { Value } from "./api";

const order = ["TRACE", "DEBUG", "INFO", "NOTICE", "WARN", "ERROR", "CRITICAL", "ALERT", "FATAL", "EMERGENCY"];

export function levelRank(level: string): number {
  const found = order.indexOf(level.toUpperCase());
  return found < 0 ? 1.5 : found;
}

// Of the classes in style.css.
export function levelClass(level: string): string {
  const rank = levelRank(level);
  if (rank >= 6) return "fatal";
  if (rank >= 5) return "error";
  if (rank >= 4) return "warn";
  return rank >= 2 ? "info" : "debug";
}

export function isError(level: Value | undefined): boolean {
  return typeof level === "string" && levelRank(level) >= 5;
}

export function Level({ value }: { value: Value | undefined }) {
  if (typeof value !== "string" || value === "") return <span class="level" />;
  return <span class={`level ${levelClass(value)}`}>{value}</span>;
}
