// Queries that this browser keeps: those that were saved under a name, and the last ones that were run.

export interface Saved {
  name: string;
  search: string; // of the page's address
}

const recentMax = 50;

function list<T>(key: string): T[] {
  try {
    const found = JSON.parse(localStorage.getItem(key) ?? "[]");
    return Array.isArray(found) ? found : [];
  } catch {
    return [];
  }
}

function store(key: string, value: unknown) {
  try {
    localStorage.setItem(key, JSON.stringify(value));
  } catch {
    // a browser that keeps nothing
  }
}

export function recent(): string[] {
  return list<string>("recent");
}

export function remember(query: string) {
  if (query.trim() === "") return;
  store("recent", [query, ...recent().filter((one) => one !== query)].slice(0, recentMax));
}

export function all(): Saved[] {
  return list<Saved>("saved");
}

export function save(name: string, search: string) {
  store("saved", [...all().filter((one) => one.name !== name), { name, search }].sort((a, b) => a.name.localeCompare(b.name)));
}

export function remove(name: string) {
  store("saved", all().filter((one) => one.name !== name));
}

export function setting(key: string): string {
  try {
    return localStorage.getItem(key) ?? "";
  } catch {
    return "";
  }
}

export function setSetting(key: string, value: string) {
  try {
    localStorage.setItem(key, value);
  } catch {
    // as above
  }
}
