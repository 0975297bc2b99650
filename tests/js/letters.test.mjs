import assert from "node:assert/strict";
import { test } from "node:test";
import { compose, fill, met, shown, small } from "../../generator/partways/runtime/letters.mjs";

const fields = {
  who: { label: "Name", kind: "name" },
  other: { label: "Others", kind: "text", optional: 1 },
};
const letter = {
  subject: "",
  parts: [["greeting", "Hello {who},"], ["help", "{other} may help."], ["help_none", "I know of no one."]],
};

test("a part with a blank optional field gives way to the one that stands in for it", () => {
  assert.deepEqual(compose(letter, fields, {}).map(({ text }) => text), ["Hello [Name],", "I know of no one."]);
  const said = compose(letter, fields, { who: "Anna", other: "Studio North" });
  assert.deepEqual(said.map(({ text }) => text), ["Hello Anna,", "Studio North may help."]);
});

test("a part that stands in meets the same need", () => {
  assert.deepEqual(met([{ name: "help_none", text: "" }, { name: "reason", text: "" }]), ["help", "reason"]);
});

test("a value that ends in a full stop brings its own", () => {
  assert.equal(fill("До {day}.", {}, { day: "12 марта 2027 г." }), "До 12 марта 2027 г.");
  assert.equal(fill("До {day}.", {}, { day: "пятницы" }), "До пятницы.");
});

test("dates and sums take the form of the language, all else stays", () => {
  assert.equal(shown("2027-03-12", "date", "en"), "12 March 2027");
  assert.equal(shown("2027-03-12", "date", "ru"), "12 марта 2027 г.");
  assert.equal(shown("1200 EUR", "sum", "en"), "€1,200");
  assert.equal(shown("1200,5 EUR", "sum", "bg").replace(/\s/g, " "), "1200,50 €");
  assert.equal(shown("2100 EUR", "sum", "bg").replace(/\s/g, " "), "2100 €");
  assert.equal(shown("21000 EUR", "sum", "bg").replace(/\s/g, " "), "21 000 €");
  assert.equal(shown("about 1200", "sum", "en"), "about 1200");
  assert.equal(shown("2027-13-45", "date", "en"), "2027-13-45");
  assert.equal(shown(" Anna ", "name", "en"), "Anna");
});

test("formal address gets small but for the start of a sentence", () => {
  const forms = "(?<![\\p{L}\\p{N}])(?:Вы|Вас|Ваш[\\p{L}\\p{N}]*)(?![\\p{L}\\p{N}])";
  assert.equal(small("Просим Вас ответить. Ваше письмо у нас.", forms), "Просим вас ответить. Ваше письмо у нас.");
  assert.equal(small("- Вы платите", forms), "- Вы платите");
  assert.equal(small("Вас", ""), "Вас");
});
