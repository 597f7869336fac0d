import assert from "node:assert/strict";
import { test } from "node:test";
import { command, completionAt, fieldTerm, narrowed, patternTerm, quote, split } from "./query_text";

test("a bar in quotes or in a regular expression begins no stage", () => {
  assert.deepEqual(split('message="a|b" | count'), { filter: 'message="a|b"', stages: "| count" });
  assert.deepEqual(split("message~/a|b/i level=ERROR"), { filter: "message~/a|b/i level=ERROR", stages: "" });
  assert.deepEqual(split("path=/a | head 3"), { filter: "path=/a", stages: "| head 3" });
  assert.deepEqual(split("  "), { filter: "", stages: "" });
});

test("values are quoted when something in them has a meaning", () => {
  assert.equal(fieldTerm("host", "web-1", false), "host=web-1");
  assert.equal(fieldTerm("host", "web*", false), 'host="web*"');
  assert.equal(fieldTerm("a b", 'x "y"', true), '"a b"!="x \\"y\\""');
  assert.equal(quote("a\\b\n"), '"a\\\\b\\n"');
  assert.equal(fieldTerm("in", "", false), '"in"=""');
});

test("narrowing adds a condition before the stages", () => {
  assert.equal(narrowed("", "level=ERROR"), "level=ERROR");
  assert.equal(narrowed("*", "level=ERROR"), "level=ERROR");
  assert.equal(narrowed("a=1 | count", "b=2"), "a=1 b=2 | count");
  assert.equal(narrowed("a=1 OR a=2", "b=2"), "(a=1 OR a=2) b=2");
  assert.equal(narrowed("(a=1 OR a=2) c=3", "b=2"), "(a=1 OR a=2) c=3 b=2");
  assert.equal(narrowed("a=1 b=2", "b=2"), "a=1 b=2");
  assert.equal(narrowed("a=1 b=2", "b!=2"), "a=1 b!=2");
});

test("a shape of messages becomes a regular expression", () => {
  assert.equal(patternTerm("GET / <*> in <*> ms (a|b)"), "message~/^GET \\/ .* in .* ms \\(a\\|b\\)$/");
  assert.equal(split(patternTerm("a|b <*>") + " | count").stages, "| count");
});

test("what is typed at the caret is a field, a value or a stage", () => {
  const at = (text: string) => {
    const { kind, prefix, field } = completionAt(text, text.length);
    return [kind, prefix, field];
  };
  assert.deepEqual(at("lev"), ["field", "lev", ""]);
  assert.deepEqual(at("level="), ["value", "", "level"]);
  assert.deepEqual(at("level=ER"), ["value", "ER", "level"]);
  assert.deepEqual(at("host!=w"), ["value", "w", "host"]);
  assert.deepEqual(at('host="w'), ["value", "w", "host"]);
  assert.deepEqual(at("host=a,b"), ["value", "b", "host"]);
  assert.deepEqual(at("* | "), ["stage", "", ""]);
  assert.deepEqual(at("* | co"), ["stage", "co", ""]);
  assert.deepEqual(at("* | count by ho"), ["field", "ho", ""]);
  assert.deepEqual(at("level=ERROR "), ["field", "", ""]);
});

test("the line for a terminal is quoted for the shell", () => {
  assert.equal(command("/var/log/store", "a='b' | count", "2h", ""), `logquery -d /var/log/store --utc -S 2h 'a='\\''b'\\'' | count'`);
  assert.equal(command("", "", "", "2026-11-21"), "logquery -d STORE --utc -U 2026-11-21 '*'");
  assert.equal(command("S", "-x", "", "", true), "logquery -d S --utc --follow -- -x");
});
