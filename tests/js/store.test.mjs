import assert from "node:assert/strict";
import { test } from "node:test";
import { forget, open, parse, save, storeFor } from "../../generator/partways/runtime/store.mjs";

/** What `window.localStorage` is to the module; keys are its own properties, as there. */
class Area {
  getItem(key) {
    return Object.hasOwn(this, key) ? this[key] : null;
  }
  setItem(key, value) {
    this[key] = value;
  }
  removeItem(key) {
    delete this[key];
  }
}

const KEY = "partways:/partways/:small";
const at = (area) => storeFor("/partways/", "small", () => area);

test("what is saved is read back, and the counter rises", () => {
  const store = at(new Area());
  assert.equal(save(store, "r1", { paid: "no" }).n, 1);
  assert.equal(save(store, "r1", { budget: "low" }).n, 2);
  const { answers, n, revision, outcome } = open(store);
  assert.deepEqual({ ...answers }, { paid: "no", budget: "low" });
  assert.deepEqual([n, revision, outcome], [2, "r1", "saved"]);
});

test("null takes an answer away", () => {
  const store = at(new Area());
  save(store, "r1", { paid: "no", budget: "low" });
  assert.deepEqual({ ...save(store, "r1", { paid: null }).answers }, { budget: "low" });
});

test("two tabs that answer in turn lose nothing", () => {
  const area = new Area();
  save(at(area), "r1", { paid: "no" });
  save(at(area), "r1", { budget: "low" });
  assert.deepEqual({ ...open(at(area)).answers }, { paid: "no", budget: "low" });
});

test("answers put in place of others replace all of them", () => {
  const store = at(new Area());
  save(store, "r1", { paid: "no" });
  const { answers, n } = save(store, "r1", {}, { budget: "low" });
  assert.deepEqual([{ ...answers }, n], [{ budget: "low" }, 2]);
});

test("the key carries the site's path, and only our own keys are forgotten", () => {
  const area = new Area();
  area.setItem("partways:/other/:small", "theirs");
  area.setItem("partways:/partways/:small-too", "ours, of another questionnaire");
  area.setItem("theme", "dark");
  save(at(area), "r1", { paid: "no" });
  area.setItem(`${KEY}:rescue`, "?");
  assert.ok(Object.hasOwn(area, KEY));
  assert.ok(forget(at(area)));
  assert.deepEqual(Object.keys(area), ["partways:/other/:small", "partways:/partways/:small-too", "theme"]);
});

const BROKEN = [
  "", "{", "null", "[]", "1", '"text"', "{}", '{"format":1}', '{"format":"1","revision":"r","n":1,"answers":{}}',
  '{"format":1,"revision":"r","n":-1,"answers":{}}', '{"format":1,"revision":"r","n":1.5,"answers":{}}',
  '{"format":1,"revision":"r","n":1,"answers":[]}', '{"format":1,"revision":"r","n":1,"answers":null}',
  '{"format":1,"revision":"r","n":1,"answers":{"paid":3}}', '{"format":1,"revision":"r","n":1,"answers":{"paid":{}}}',
  `{"format":1,"revision":"r","n":1,"answers":{"paid":"${"x".repeat(70000)}"}}`, "[".repeat(60000),
];

test("what cannot be read is kept beside, and a fresh start is made", () => {
  for (const text of BROKEN) {
    const area = new Area();
    area.setItem(KEY, text);
    const opened = open(at(area));
    assert.equal(opened.outcome, "rescued", text.slice(0, 60));
    assert.deepEqual({ ...opened.answers }, {});
    save(at(area), "r1", { paid: "no" });
    assert.equal(area.getItem(`${KEY}:rescue`), text);
    assert.deepEqual({ ...open(at(area)).answers }, { paid: "no" });
  }
});

test("a second thing that cannot be read does not push out the first", () => {
  const area = new Area();
  for (const text of ["first", "second", "second"]) {
    area.setItem(KEY, text);
    open(at(area));
  }
  assert.equal(area.getItem(`${KEY}:rescue`), "first");
  assert.equal(area.getItem(`${KEY}:rescue2`), "second");
  assert.equal(area.getItem(`${KEY}:rescue3`), null);
});

test("a record cut at any byte is either whole or kept beside", () => {
  const area = new Area();
  save(at(area), "r1", { paid: "no", budget: "low" });
  const whole = area.getItem(KEY);
  for (let length = 0; length < whole.length; length += 1) {
    const torn = new Area();
    torn.setItem(KEY, whole.slice(0, length));
    assert.equal(open(at(torn)).outcome, "rescued");
    assert.equal(torn.getItem(`${KEY}:rescue`), whole.slice(0, length));
  }
});

test("a newer format is left alone", () => {
  const area = new Area();
  const text = '{"format":2,"answers":"who knows"}';
  area.setItem(KEY, text);
  assert.equal(open(at(area)).outcome, "newer");
  assert.equal(save(at(area), "r1", { paid: "no" }).outcome, "newer");
  assert.equal(area.getItem(KEY), text);
});

test("storage that refuses, lies or is full is said to refuse", () => {
  const refusing = storeFor("/", "small", () => {
    throw new Error("SecurityError");
  });
  assert.equal(open(refusing).outcome, "refused");
  assert.equal(save(refusing, "r1", { paid: "no" }).outcome, "refused");
  assert.equal(forget(refusing), false);
  class Full extends Area {
    setItem() {
      throw new Error("QuotaExceededError");
    }
  }
  class Lying extends Area {
    setItem() {}
  }
  for (const area of [new Full(), new Lying()]) {
    assert.equal(save(at(area), "r1", { paid: "no" }).outcome, "refused");
  }
});

test("with no room for a copy, the only copy is not written over", () => {
  class Full extends Area {
    setItem(key, value) {
      if (key !== KEY) throw new Error("QuotaExceededError");
      super.setItem(key, value);
    }
  }
  const area = new Full();
  area.setItem(KEY, "unreadable");
  assert.equal(save(at(area), "r1", { paid: "no" }).outcome, "refused");
  assert.equal(area.getItem(KEY), "unreadable");
});

test("a record cannot reach the prototype of anything", () => {
  const read = parse('{"format":1,"revision":"r","n":1,"answers":{"__proto__":"polluted","constructor":"x"}}');
  assert.deepEqual(Object.keys(read.answers), ["__proto__", "constructor"]);
  assert.equal(Object.getPrototypeOf(read.answers), null);
});
