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

// Of all programs and whatever other labels.
export function sumOf(samples: Sample[], name: string): number {
  return samples.filter((sample) => sample.name === name).reduce((sum, sample) => sum + sample.value, 0);
}
