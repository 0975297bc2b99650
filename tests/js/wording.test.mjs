import assert from "node:assert/strict";
import { test } from "node:test";
import { check, sentences, wordsIn } from "../../generator/partways/runtime/wording.mjs";

const L = "[\\p{L}\\p{N}]";
/** @param {string} words */
const pattern = (words) => `(?<!${L})(?:${words})(?!${L})`;
const rules = {
  channels: { messenger: { words: 12, sentence: 8, needs: ["decision", "date"] } },
  capital: "",
  rules: [
    { id: "decision", kind: "need", title: "", why: "No decision.", pattern: pattern("we will not|we end"), most: 1, many: "Two.", unless: pattern("if not") },
    { id: "date", kind: "need", title: "", why: "No date.", pattern: pattern("\\d{4}-\\d{2}-\\d{2}") },
    {
      id: "label", kind: "avoid", title: "", why: "A label.", except: pattern("toxic waste"), unless: pattern("quote"),
      cases: [{ pattern: pattern("toxic\\s+client|toxic"), better: "Say what happened." }],
    },
    { id: "apology", kind: "avoid", title: "", why: "", field: "fault", unless: pattern("we missed"), back: pattern("for that"), cases: [{ pattern: pattern("sorry"), better: "" }] },
    { id: "softener", kind: "avoid", title: "", why: "", most: 1, cases: [{ pattern: pattern("unfortunately"), better: "" }] },
    { id: "length", kind: "length", title: "", why: "{n} of {most}" },
    { id: "sentence", kind: "sentence", title: "", why: "{n} of {most}" },
    { id: "blank", kind: "blank", title: "", why: "" },
  ],
};
/** @param {string} text @param {object} [asked] */
const found = (text, asked) => check(text, rules, asked).map(({ rule, start, end }) => [rule, text.slice(start, end)]);

test("a sentence ends where a new one can begin", () => {
  const text = "See invoice No. 14 of 3 March. It is open… and due! (Now.)\nBye";
  assert.deepEqual(sentences(text).map(([low, high]) => text.slice(low, high)),
    ["See invoice No. 14 of 3 March.", "It is open… and due!", "(Now.)", "Bye"]);
  assert.deepEqual(sentences(""), []);
  assert.equal(wordsIn("- One, two – 3."), 3);
});

test("needs and the length are judged only where the channel is known", () => {
  assert.deepEqual(found("Hello."), []);
  assert.deepEqual(found("Hello.", { channel: "messenger" }), [["decision", ""], ["date", ""]]);
  assert.deepEqual(found("Hello.", { channel: "messenger", needs: ["date"], has: ["date"] }), []);
});

test("a second decision is marked with its sentence", () => {
  assert.deepEqual(found("We will not go on. We end it. Bye."), [["decision", "We end it."]]);
  assert.deepEqual(found("We will not go on. If not, we end it."), []);
});

test("a phrase is marked, but for exceptions and what pardons it in the same sentence", () => {
  assert.deepEqual(found("A toxic client."), [["label", "toxic client"]]);
  assert.deepEqual(found("We handle toxic waste."), []);
  assert.deepEqual(found("I quote: toxic. That is toxic."), [["label", "toxic"]]);
  assert.deepEqual(found("Nontoxic."), []);
  assert.deepEqual(found("You wrote: “You are a toxic client.”"), []);
  assert.deepEqual(found("You are “toxic”."), [["label", "toxic"]]);
  assert.deepEqual(found("toxic\n\nclient"), [["label", "toxic"]]);
});

test("an apology is fine with a fault of one's own, a softener once", () => {
  assert.deepEqual(found("We are sorry."), [["apology", "sorry"]]);
  assert.deepEqual(found("We are sorry.", { fields: { fault: "late" } }), []);
  assert.deepEqual(found("We missed it. We are sorry for that."), []);
  assert.deepEqual(found("We missed it. We are sorry, but no."), [["apology", "sorry"]]);
  assert.deepEqual(found("Unfortunately not. Unfortunately late."), [["softener", "Unfortunately"]]);
});

test("length, long sentences and blanks are named with their numbers", () => {
  const text = "One two three four five six seven eight nine [day]. Ten eleven twelve thirteen.";
  const [length, sentence, blank] = check(text, rules, { channel: "messenger", needs: [] });
  assert.deepEqual([length?.rule, length?.message], ["length", "14 of 12"]);
  assert.deepEqual([sentence?.rule, sentence?.message, sentence?.end], ["sentence", "10 of 8", 51]);
  assert.equal(text.slice(blank?.start, blank?.end), "[day]");
});

test("anything may be typed", () => {
  for (const text of ["", " ", "\u0000", "😀 toxic 😀", "[".repeat(500), ".".repeat(100000), "a".repeat(100000)]) check(text, rules, { channel: "messenger" });
});
