// What "copy as command" gives is run in a shell, and answers what the page asks the server for; whatever the values look like.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { Visit } from "./harness.mjs";

const awkward = [
  "plain", "two words", "it's", 'say "yes"', "back\\slash", "$HOME `id` $(id)", "a|b", "a=b", "(a) OR b", "star*", "/regex/", "-dash", "~x", "!no", "007", "1e3", "null", "true",
  "größer 日本", "tab\there", "a,b", "50%", "#1", "2h ago", "not", "AND", "",
];
const visit = new Visit();
before(async () => {
  await visit.begin(1000);
  await visit.ingest(...awkward.map((odd, i) => ({ timestamp: new Date(1_700_000_000_000 + i * 1000).toISOString(), level: "WARN", service: "odd one", odd, message: `message ${i}` })));
});
after(() => visit.end());

const lines = (text) => text.split("\n").filter((line) => line !== "");
const inOrder = (list) => list.map((row) => JSON.stringify(row)).sort();

// The command of the page's button, run, against the API with the page's address.
async function agrees(what, rows) {
  await visit.page.getByRole("button", { name: "Copy as command" }).first().click();
  const command = await visit.clipboard();
  const printed = lines(visit.shell(`${command} -o ndjson || [ $? = 1 ]`)).map((line) => JSON.parse(line));
  const answer = await (await fetch(`${visit.origin}/logs/search${await visit.page.evaluate(() => location.search)}&limit=1000`)).json();
  const plain = (row) => Object.fromEntries(Object.entries(row).filter(([, value]) => value !== null));
  const asStored = ({ log_id: _added, ...row }) => plain(row); // the API says which record it is
  assert.deepEqual(inOrder(printed.map(plain)), inOrder(answer.logs.map(asStored)), `${what}: ${command}`);
  if (rows !== undefined) assert.equal(printed.length, rows, `${what}: ${command}`);
}

test("of every value that is chosen or left out", async () => {
  await visit.open();
  for (const [place, odd] of awkward.entries())
    for (const [button, what, rows] of [[0, "only", 1], [1, "without", awkward.length - 1]]) {
      if (button === 1 && place % 5 > 0) continue; // written by the same code
      await visit.page.goto(`${visit.origin}/?q=${encodeURIComponent('service="odd one"')}`);
      await visit.page.locator(".row", { hasText: new RegExp(`message ${place}(?!\\d)`) }).click();
      await visit.page.locator(".detail tr", { has: visit.page.locator("th", { hasText: /^odd$/ }) }).locator(".tools button").nth(button).click();
      await visit.page.waitForFunction(() => / odd/.test(new URLSearchParams(location.search).get("q")));
      await agrees(`${what} ${odd}`, rows);
    }
  await visit.close();
});

test("of facets, time ranges and stages", async () => {
  for (const [search, rows] of [
    ["?q=level%3DERROR+service%21%3Dauth", undefined],
    ["?q=%22did+not+answer%22+OR+timeout*", undefined],
    [`?q=${encodeURIComponent("message~/order [0-9]+ / NOT host in (node1, node2)")}`, undefined],
    ["?q=service%3D%22odd+one%22&timestamp_from=2023-11-14T22:13:25Z&timestamp_to=2023-11-14+22:13:29", 5],
    [`?q=${encodeURIComponent('service="odd one" timestamp>=2023-11-14 timestamp<2023-11-15')}`, awkward.length],
    [`?q=${encodeURIComponent("* | count by level | sort -count")}`, undefined],
    [`?q=${encodeURIComponent('* | timechart 1d count() by service | where service="odd one"')}`, undefined],
  ]) {
    await visit.open(search, { timezoneId: "America/New_York" });
    await visit.page.waitForSelector(".row .level, table.answer td");
    process.env.TZ = "America/New_York"; // of the shell: the answer must be that of the server
    await agrees(search, rows);
    delete process.env.TZ;
    await visit.close();
  }
});

test("of one record: it finds that one", async () => {
  await visit.open(`?q=${encodeURIComponent('odd="it\'s"')}`);
  await visit.page.locator(".window .row").first().click();
  await visit.page.locator(".detail").getByRole("button", { name: "Copy as command" }).click();
  const command = await visit.clipboard();
  const printed = lines(visit.shell(`${command} -o ndjson`));
  assert.equal(printed.length, 1, command);
  assert.equal(JSON.parse(printed[0]).odd, "it's");
  await visit.close();
});
