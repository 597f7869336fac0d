// A real browser on a real server with a real store. CHROMIUM says where the browser is, BIN where the programs are; SCREENSHOTS a folder to put
// pictures into.
import assert from "node:assert/strict";
import { spawn, spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { chromium } from "playwright-core";

export const program = (name) => join(process.env.BIN ?? "", name);

// A logserve on the store S in `work`, with what `options` says; ends with `stop`.
export async function startServer(work, options = []) {
  const server = spawn(program("logserve"), ["-d", "S", "--listen", "127.0.0.1:0", "--print-address", ...options], { cwd: work, stdio: ["ignore", "inherit", "pipe"] });
  let text = "";
  const origin = await new Promise((resolve, reject) => {
    server.stderr.on("data", (piece) => {
      text += piece;
      const found = /http:\/\/127\.0\.0\.1:\d+/.exec(text);
      if (found) resolve(found[0]);
    });
    server.on("exit", (status) => reject(new Error(`logserve ended with ${status}: ${text}`)));
  });
  return { origin, stop: () => server.kill("SIGTERM") };
}

export function startBrowser() {
  return chromium.launch({
    executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
    args: ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"],
  });
}

export class Visit {
  page;
  complaints = []; // what the browser's console has of errors

  // `records` are in the store at first: so many generated ones, or these.
  async begin(records, serverOptions = []) {
    this.work = mkdtempSync(join(tmpdir(), "logserve-page."));
    if (typeof records === "number") {
      this.shell(`"$BIN/loggen" -n ${records} --seed 7 -o json | "$BIN/logstore" -q -d S`);
    } else {
      writeFileSync(join(this.work, "records"), records.map((record) => JSON.stringify(record) + "\n").join(""));
      this.shell(`"$BIN/logstore" -q -d S <records`);
    }
    this.server = await startServer(this.work, serverOptions);
    this.origin = this.server.origin;
    this.browser = await startBrowser();
  }

  async end() {
    await this.browser?.close();
    this.server?.stop();
    rmSync(this.work, { recursive: true, force: true });
  }

  shell(command) {
    const done = spawnSync("bash", ["-c", command], { cwd: this.work, encoding: "utf8", maxBuffer: 1 << 28, env: { ...process.env, PATH: `${process.env.BIN}:${process.env.PATH}` } });
    assert.equal(done.status, 0, `${command}: ${done.stderr}`);
    return done.stdout;
  }

  async open(search = "", options = {}) {
    const context = await this.browser.newContext({ viewport: { width: 1280, height: 800 }, timezoneId: "Etc/UTC", ...options });
    context.setDefaultTimeout(120_000); // a machine with much else to do
    await context.grantPermissions(["clipboard-read", "clipboard-write"]);
    this.page = await context.newPage();
    this.page.on("pageerror", (error) => this.complaints.push(String(error)));
    this.page.on("console", (message) => message.type() === "error" && this.complaints.push(message.text()));
    await this.page.goto(`${this.origin}/${search}`);
    return this.page;
  }

  async picture(name) {
    if (!process.env.SCREENSHOTS) return;
    mkdirSync(process.env.SCREENSHOTS, { recursive: true });
    await this.page.screenshot({ path: join(process.env.SCREENSHOTS, `${name}.png`) });
  }

  async close() {
    await this.page.context().close();
    assert.deepEqual(this.complaints, [], "the browser's console has errors");
  }

  async status(pattern) {
    await this.page.waitForFunction((source) => new RegExp(source).test(document.querySelector(".status")?.textContent ?? ""), pattern.source);
  }

  async query(wanted) {
    await this.page.waitForFunction((text) => new URLSearchParams(location.search).get("q") === text, wanted);
  }

  async ingest(...records) {
    const answer = await fetch(`${this.origin}/logs/ingest`, { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(records) });
    assert.equal(answer.status, 200);
  }

  clipboard() {
    return this.page.evaluate(() => navigator.clipboard.readText());
  }
}
