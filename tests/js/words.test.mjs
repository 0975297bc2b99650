import assert from "node:assert/strict";
import { test } from "node:test";
import { listed, wordsOf } from "../../generator/partways/runtime/words.mjs";

const words = wordsOf(
  { textContent: JSON.stringify({ signs: { one: "{n} признак", few: "{n} признака", many: "{n} признаков" }, part: "Часть {k} из {of}" }) },
  "ru",
);

test("Russian counts by its own rules", () => {
  const said = [1, 2, 5, 11, 21, 22, 112, 0].map((n) => words("signs", { n }));
  assert.deepEqual(said, [
    "1 признак", "2 признака", "5 признаков", "11 признаков", "21 признак", "22 признака", "112 признаков", "0 признаков",
  ]);
});

test("blanks are filled, and those nobody knows stay", () => {
  assert.equal(words("part", { k: 2, of: 14 }), "Часть 2 из 14");
  assert.equal(words("part", { k: 2 }), "Часть 2 из {of}");
});

test("a value is text, whatever stands in it", () => {
  assert.equal(words("part", { k: "{of}", of: "$1" }), "Часть {of} из $1");
});

test("a sentence that is not in the page is a mistake of ours", () => {
  assert.throws(() => words("nothing"), TypeError);
});

test("lists are joined as the language does", () => {
  assert.equal(listed(["a", "b", "c"], "en"), "a, b, and c");
  assert.equal(listed(["а", "б", "в"], "ru"), "а, б и в");
  assert.equal(listed(["а", "б", "в"], "bg"), "а, б и в");
});
