import assert from "node:assert/strict";
import { test } from "node:test";
import { marks } from "../../generator/partways/runtime/result.mjs";

const program = {
  items: [{ id: "told", options: ["no", "yes"], group: 0 }, { id: "fit", options: ["a"], group: 1, w: [1, 0, 0] }],
  groups: [{ id: "start" }, { id: "rest" }],
  step_by: 0,
};
const result = {
  state: "settled", verdict: "keep", rule: "keep_low", possible: ["keep"], red_lines: [{ id: "danger", is: "no" }],
  dimensions: [{ id: "pay", low: 10, high: 10, raised: "yes", empty: false }], measures: [], cautions: [], notes: [],
  because: [], unknown: [], unanswered: [], off: [], deciding: [], changes: [], weights: [], borderline: false,
};
const on = (changed, answers = {}) => marks(program, { ...result, ...changed }, answers);

test("a settled result shows its verdict, its rule and what is raised", () => {
  const shown = on({});
  for (const mark of ["state:settled", "verdict:keep", "rule:keep_low", "raised:pay", "is:firm"]) {
    assert.ok(shown.has(mark), mark);
  }
  assert.ok(!shown.has("is:gaps"));
});

test("without a verdict the result says that it is not enough", () => {
  const shown = on({ state: "not_enough", verdict: null, rule: null });
  assert.ok(shown.has("verdict:not_enough"));
  assert.ok(!shown.has("is:firm"));
});

test("a sterner verdict that is open is never hidden", () => {
  const shown = on({ state: "so_far", rule: null, possible: ["review", "keep"], unknown: ["told"], deciding: [{ item: "told", to: [] }] });
  for (const mark of ["state:so_far", "is:open", "is:gaps", "is:deciding", "unknown:told", "deciding:told"]) {
    assert.ok(shown.has(mark), mark);
  }
});

test("a measure is called for, waits, or is only possible", () => {
  const measures = [
    { id: "a", is: "yes", step: "mild", let: true },
    { id: "b", is: "yes", step: "mild", let: false },
    { id: "c", is: "open", step: null, let: true },
  ];
  const shown = on({ measures }, { told: "yes" });
  for (const mark of ["measure:a", "step:a:mild", "also:a:yes", "waits:b"]) assert.ok(shown.has(mark), mark);
  for (const mark of ["measure:b", "also:b:yes", "measure:c", "waits:c"]) assert.ok(!shown.has(mark), mark);
});

test("any caution holds back the texts that refuse", () => {
  assert.ok(on({ cautions: ["legal"] }).has("caution:any"));
  assert.ok(!on({}).has("caution:any"));
});

test("advice on an answer is given only where its question is asked", () => {
  assert.ok(on({}, { told: "yes" }).has("advice:told:yes"));
  assert.ok(!on({ off: ["start"] }, { told: "yes" }).has("advice:told:yes"));
  assert.ok(!on({}, { fit: "a" }).has("advice:fit:a"));
  assert.ok(on({}, { fit: "a", "fit.kept": "yes" }).has("advice:fit:a"));
});
