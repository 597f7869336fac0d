// The text that Prometheus reads, as far as programs of this project write it.

export interface Sample {
  name: string;
  labels: Record<string, string>;
  value: number;
}

export function parseMetrics(text: string): Sample[] {
  const samples: Sample[] = [];
  for (const line of text.split("\n")) {
    const found = /^([A-Za-z_:][\w:]*)(?:\{(.*)\})?\s+(\S+)/.exec(line);
    if (!found) continue;
    const labels: Record<string, string> = {};
    for (const label of (found[2] ?? "").matchAll(/(\w+)="((?:[^"\\]|\\.)*)"/g)) labels[label[1]] = label[2].replace(/\\(.)/g, (_, c) => (c === "n" ? "\n" : c));
    samples.push({ name: found[1], labels, value: Number(found[3]) });
  }
  return samples;
}

export const lastMessage = "logmill_last_message_timestamp_seconds";

function keyOf(sample: Sample): string {
  return sample.name + JSON.stringify(sample.labels);
}

// What counters grew by in a second, by sample; empty at the first look, and for what began anew.
export function rates(before: Sample[], after: Sample[], seconds: number): Map<string, number> {
  const old = new Map(before.map((sample) => [keyOf(sample), sample.value]));
  const out = new Map<string, number>();
  for (const sample of after) {
    const value = old.get(keyOf(sample));
    if (value !== undefined && sample.name.endsWith("_total") && sample.value >= value) out.set(keyOf(sample), (sample.value - value) / seconds);
  }
  return out;
}

export function rateOf(rates: Map<string, number>, sample: Sample): number | undefined {
  return rates.get(keyOf(sample));
}

export interface Messages {
  program: string;
  errors: number;
  warnings: number;
  last?: number; // ms since the epoch
}

// What each program reported, of all its processes together; by name.
export function messagesOf(samples: Sample[]): Messages[] {
  const by = new Map<string, Messages>();
  for (const { name, labels, value } of samples) {
    const program = labels.program ?? "";
    if (name !== "logmill_messages_total" && name !== lastMessage) continue;
    const one = by.get(program) ?? { program, errors: 0, warnings: 0 };
    if (name === lastMessage) one.last = Math.max(one.last ?? 0, value * 1000);
    else if (labels.severity === "error") one.errors += value;
    else one.warnings += value;
    by.set(program, one);
  }
  return [...by.values()].sort((a, b) => a.program.localeCompare(b.program));
}

// Of all programs and whatever other labels.
export function sumOf(samples: Sample[], name: string): number {
  return samples.filter((sample) => sample.name === name).reduce((sum, sample) => sum + sample.value, 0);
}
