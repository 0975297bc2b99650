import assert from "node:assert/strict";
import { test } from "node:test";
import { crc32, decode, encode, token, vocabulary } from "../../generator/partways/runtime/codec.mjs";

const program = {
  id: "small",
  salt: 2,
  items: [
    { id: "paid", options: ["yes", "no", "unknown"] },
    { id: "budget", options: ["high", "low"], w: [1, 0, 1] },
  ],
  settings: { weight: [0, 3], knock_out: 1, keep: [1, 2] },
};
const answers = { paid: "no", budget: "low", "budget.weight": "3", "budget.kept": "no" };
const link = encode(program, answers);

/** A code of our own making: what comes before the checksum is up to the test. */
const sealed = (payload) => `${payload}.${crc32(payload)}`;

test("a link gives back exactly the answers it was made of", () => {
  const { kind, answers: read, lost } = decode(program, `#${link}`);
  assert.equal(kind, "answers");
  assert.deepEqual({ ...read }, answers);
  assert.equal(lost, 0);
});

test("a link is short, and holds nothing that an address would have to escape", () => {
  assert.match(link, /^p1\.small\.2\.[\w-]{12}\.[0-9a-f]{8}$/);
  assert.equal(encodeURIComponent(link), link);
});

test("no answers make a link, too", () => {
  assert.equal(decode(program, encode(program, {})).kind, "answers");
});

test("what messengers append is cut off", () => {
  for (const junk of ["?fbclid=abc", "&utm_source=x", ")", ".", " and see here", "\u200b"]) {
    assert.deepEqual({ ...decode(program, `#${link}${junk}`).answers }, answers, junk);
  }
});

test("every cut and every changed character is noticed", () => {
  for (let at = 4; at < link.length; at += 1) {
    const cut = decode(program, `#${link.slice(0, at)}`);
    assert.equal(cut.kind, "damaged", `cut at ${at}`);
    const other = link[at] === "x" ? "y" : "x";
    const changed = decode(program, `#${link.slice(0, at)}${other}${link.slice(at + 1)}`);
    assert.equal(changed.kind, "damaged", `changed at ${at}`);
    assert.deepEqual({ ...changed.answers }, {});
  }
});

test("an anchor of the page is no link of ours", () => {
  for (const fragment of ["", "#", "#small--paid", "#p", "#parts", "#p1", "#w9", "#1p1."]) {
    assert.equal(decode(program, fragment).kind, "none", fragment);
  }
});

test("a newer code says so", () => {
  assert.equal(decode(program, "#p2.small.0.xyz").kind, "newer");
});

test("a link of another questionnaire says so", () => {
  assert.equal(decode(program, `#${sealed("p1.other.2.AAA")}`).kind, "foreign");
});

test("answers that are gone are counted, the others stay", () => {
  const before = { ...program, items: [...program.items, { id: "gone", options: ["a"] }] };
  const old = encode(before, { ...answers, gone: "a" });
  const { answers: read, lost } = decode(program, old);
  assert.deepEqual({ ...read }, answers);
  assert.equal(lost, 1);
});

test("a link outlives a new salt and another order of questions", () => {
  const later = { ...program, salt: 7, items: [...program.items].reverse() };
  assert.deepEqual({ ...decode(later, link).answers }, answers);
});

test("two answers to one question are refused", () => {
  const one = encode(program, { paid: "no" }).split(".")[3];
  const other = encode(program, { paid: "yes" }).split(".")[3];
  assert.equal(decode(program, sealed(`p1.small.2.${one}${other}`)).kind, "damaged");
});

test("a fragment of two million characters is not looked at", () => {
  const began = performance.now();
  assert.equal(decode(program, `#p1.small.2.${"A".repeat(2_000_000)}`).kind, "damaged");
  assert.ok(performance.now() - began < 100);
});

test("no fragment reaches the prototype of anything", () => {
  const evil = { ...program, items: [{ id: "__proto__", options: ["polluted"] }] };
  const { answers: read } = decode(evil, encode(evil, Object.fromEntries([["x", "y"]])));
  assert.equal(Object.getPrototypeOf(read), null);
  assert.equal({}.polluted, undefined);
});

test("the checksum is CRC-32", () => {
  assert.equal(crc32("123456789"), "cbf43926");
});

test("a token is FNV-1a, folded to 18 bits, in base64url", () => {
  const bits = Buffer.from([252105 >> 16, 252105 >> 8, 252105]).toString("base64url");
  assert.equal(token(3, "a", "y"), bits.slice(1));
  for (const pair of vocabulary(program)) assert.match(token(program.salt, ...pair), /^[\w-]{3}$/);
});
