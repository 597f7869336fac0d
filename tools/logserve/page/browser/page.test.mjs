// The page as one uses it.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { Visit } from "./harness.mjs";

const visit = new Visit();
before(() => visit.begin(50_000));
after(() => visit.end());

test("the first screen has rows, bars and facets", async () => {
  await visit.open();
  await visit.status(/50,000 records/);
  await visit.page.waitForSelector(".row .level");
  await visit.page.waitForSelector(".u-over");
  await visit.page.waitForSelector(".facets summary");
  await visit.picture("first-screen");
  await visit.close();
});

test("the first rows are asked for while the script is loaded, and once", async () => {
  for (const search of ["", "?q=level%3DERROR+%22a+%26+b%22&timestamp_from=365d"]) {
    const asked = [];
    await visit.open("?view=patterns");
    visit.page.on("request", (request) => request.url().includes("/logs/search") && asked.push(request.resourceType()));
    await visit.page.goto(`${visit.origin}/${search}`);
    await visit.status(/\d records/);
    assert.equal(asked.length, 1, asked.join());
    await visit.close();
  }
});

test("a query is typed, completed and run", async () => {
  await visit.open();
  await visit.page.waitForSelector(".facets summary");
  await visit.page.keyboard.press("/");
  await visit.page.keyboard.type("lev");
  await visit.page.waitForSelector(".choices li");
  await visit.page.keyboard.press("Tab");
  await visit.page.waitForFunction(() => [...document.querySelectorAll(".choices li")].some((one) => one.textContent.startsWith("ERROR")));
  await visit.page.keyboard.type("ERR");
  await visit.page.waitForFunction(() => document.querySelectorAll(".choices li").length === 1);
  await visit.picture("completion");
  await visit.page.keyboard.press("Tab");
  await visit.page.keyboard.press("Enter");
  await visit.page.waitForFunction(() => new URLSearchParams(location.search).get("q")?.trim() === "level=ERROR");
  await visit.page.waitForFunction(() => [...document.querySelectorAll(".row .level:not(:empty)")].every((one) => one.textContent === "ERROR"));
  await visit.close();
});

test("a query with stages is answered by a table, a wrong one by the place of the error", async () => {
  await visit.open(`?q=${encodeURIComponent("* | count by level")}`);
  await visit.page.waitForSelector("table.answer td");
  assert.equal(await visit.page.locator("table.answer tbody tr").count(), 4);
  await visit.picture("table");
  await visit.close();
  await visit.open(`?q=${encodeURIComponent("level=")}`);
  await visit.page.waitForSelector("pre.error");
  visit.complaints.length = 0; // a refused request is in the console
  await visit.close();
});

test("dragging over the bars zooms, and the address says so", async () => {
  await visit.open();
  const plot = await (await visit.page.waitForSelector(".u-over")).boundingBox();
  await visit.page.mouse.move(plot.x + plot.width * 0.25, plot.y + 40);
  await visit.page.mouse.down();
  await visit.page.mouse.move(plot.x + plot.width * 0.5, plot.y + 40, { steps: 5 });
  await visit.page.mouse.up();
  await visit.page.waitForFunction(() => new URLSearchParams(location.search).has("timestamp_from"));
  const range = await visit.page.evaluate(() => Object.fromEntries(new URLSearchParams(location.search)));
  assert.ok(Date.parse(range.timestamp_from) < Date.parse(range.timestamp_to));
  await visit.status(/records/);
  await visit.page.goBack();
  await visit.status(/50,000 records/);
  await visit.close();
});

test("facets narrow and leave out", async () => {
  await visit.open();
  await visit.page.locator(".facets .include", { hasText: "ERROR" }).first().click();
  await visit.page.waitForFunction(() => new URLSearchParams(location.search).get("q") === "level=ERROR");
  await visit.page.locator(".facets .include", { hasText: "auth" }).first().click({ modifiers: ["Alt"] });
  await visit.page.waitForFunction(() => new URLSearchParams(location.search).get("q") === "level=ERROR service!=auth");
  await visit.close();
});

test("keys walk through the records and open one", async () => {
  await visit.open();
  await visit.page.waitForSelector(".row .level");
  for (const key of ["j", "j", "j", "k", "o"]) await visit.page.keyboard.press(key);
  await visit.page.waitForSelector(".detail th");
  await visit.page.getByRole("button", { name: "Context ±10" }).click();
  await visit.page.waitForSelector(".around .own");
  assert.equal(await visit.page.locator(".around li").count() <= 21, true);
  await visit.picture("record");
  await visit.page.getByRole("button", { name: "Trace", exact: true }).click();
  await visit.page.waitForSelector(".trace button");
  await visit.picture("trace");
  await visit.page.keyboard.press("?");
  await visit.page.waitForSelector("dialog[open]");
  await visit.page.keyboard.press("Escape");
  await visit.close();
});

test("the list scrolls through all pages", async () => {
  await visit.open("?q=level=DEBUG");
  await visit.page.waitForSelector(".row .level");
  for (let i = 0; i < 40; ++i) {
    await visit.page.locator(".list").evaluate((list) => (list.scrollTop = list.scrollHeight));
    await visit.page.waitForTimeout(30);
  }
  await visit.page.waitForFunction(() => document.querySelectorAll(".row").length > 5 && document.querySelectorAll(".row .level:not(:empty)").length > 5);
  assert.ok((await visit.page.locator(".row").count()) < 100, "only what is visible is in the document");
  await visit.close();
});

test("patterns and health", async () => {
  await visit.open("?view=patterns");
  await visit.page.waitForSelector(".patterns .count");
  await visit.picture("patterns");
  await visit.close();
  await visit.open("?view=health");
  await visit.page.waitForSelector(".health caption");
  await visit.picture("health");
  await visit.close();
});

test("dark when the system is dark, and when told", async () => {
  await visit.open("", { colorScheme: "dark" });
  await visit.status(/records/);
  const background = () => visit.page.evaluate(() => getComputedStyle(document.body).backgroundColor);
  const dark = await background();
  await visit.page.waitForSelector(".u-legend");
  await visit.picture("dark");
  await visit.page.getByRole("button", { name: "dark or light" }).click();
  await visit.page.waitForFunction((before) => getComputedStyle(document.body).backgroundColor !== before, dark);
  await visit.close();
});

test("360 pixels are enough", async () => {
  await visit.open("", { viewport: { width: 360, height: 640 } });
  await visit.page.waitForSelector(".row .level");
  await visit.page.waitForSelector(".u-legend");
  assert.equal(await visit.page.evaluate(() => document.documentElement.scrollWidth <= 360), true, "nothing sticks out");
  await visit.picture("narrow");
  await visit.close();
});

test("without scripts there is a plain list", async () => {
  await visit.open("?q=level%3DERROR", { javaScriptEnabled: false, viewport: { width: 360, height: 640 } });
  assert.equal(await visit.page.locator("input[name=q]").inputValue(), "level=ERROR");
  assert.match(await visit.page.locator(".plain").innerText(), /ERROR/);
  await visit.picture("plain");
  await visit.close();
});

test("log text is never markup", async () => {
  const evil = { level: "ERROR", message: `<img src=x onerror="document.title='evil'"><script>document.title='evil'</script>`, evil: "</td><b>bold</b>" };
  const answer = await fetch(`${visit.origin}/logs/ingest`, { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(evil) });
  assert.equal(answer.status, 200);
  for (const options of [{}, { javaScriptEnabled: false }]) {
    await visit.open("?q=evil%3D*", options);
    await visit.page.waitForSelector(options.javaScriptEnabled === false ? ".plain" : ".row .level");
    assert.equal(await visit.page.locator("b, img").count(), 0);
    assert.notEqual(await visit.page.title(), "evil");
    await visit.close();
  }
});
