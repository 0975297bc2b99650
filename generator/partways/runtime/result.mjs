/**
 * The result: everything it can say stands in the page already, hidden; this module decides what
 * is shown, in which order, and fills the numbers, dates and names.
 *
 * @typedef {import("./types.mjs").Answers} Answers
 * @typedef {import("./types.mjs").Program} Program
 * @typedef {import("./types.mjs").Result} Result
 * @typedef {import("./words.mjs").Words} Words
 * @typedef {object} Scene what the result is written into
 * @property {HTMLElement} result
 * @property {HTMLFormElement} form
 * @property {Program} program
 * @property {Words} words
 * @property {string} language
 * @property {Date} now
 */
import { all, made, one } from "./dom.mjs";
import { labelOf, nameOf } from "./form.mjs";
import { listed } from "./words.mjs";
import { dateText, shift } from "./calendar.mjs";

/**
 * The marks that hold for a result. A part with `data-show` is shown when one of its marks holds,
 * unless one of those in `data-unless` does.
 *
 * @param {Program} program
 * @param {Result} result
 * @param {Answers} answers
 * @returns {Set<string>}
 */
export function marks(program, result, answers) {
  const on = new Set([`state:${result.state}`, `verdict:${result.verdict ?? "not_enough"}`]);
  /** @param {string} kind @param {string[]} ids */
  const add = (kind, ids) => ids.forEach((id) => on.add(`${kind}:${id}`));
  if (result.rule) add("rule", [result.rule]);
  for (const line of result.red_lines) add(line.is === "yes" ? "red" : `red-${line.is}`, [line.id]);
  const told = program.step_by === undefined ? undefined : answers[program.items[program.step_by]?.id ?? ""];
  for (const { id, is, step, let: let_ } of result.measures) {
    add(is === "open" ? "perhaps" : let_ ? "measure" : "waits", [id]);
    add("step", [`${id}:${step ?? ""}`]);
    if (is === "yes" && let_ && told) add("also", [`${id}:${told}`]);
  }
  add("caution", result.cautions.length ? ["any", ...result.cautions] : []);
  add("note", result.notes);
  add("off", result.off);
  add("because", result.because.map(({ item }) => item));
  add("alone", result.because.filter(({ alone }) => alone).map(({ item }) => item));
  add("advice", asked(program, result, answers).map((id) => `${id}:${answers[id]}`));
  add("raised", result.dimensions.filter(({ raised }) => raised === "yes").map(({ id }) => id));
  add("unknown", result.unknown);
  add("deciding", result.deciding.map(({ item }) => item));
  const gaps = result.unknown.length + result.unanswered.length > 0;
  const others = result.possible.some((id) => id !== result.verdict);
  /** @type {Array<[string, boolean]>} */
  const facts = [
    ["borderline", result.borderline],
    ["ranges", result.dimensions.some(({ low, high, empty }) => !empty && low < high)],
    ["unanswered", result.unanswered.length > 0],
    ["gaps", gaps],
    ["deciding", gaps && result.deciding.length > 0],
    ["harmless", gaps && result.state === "settled"],
    ["open", result.state === "so_far" && others],
    ["firm", result.state === "settled" && result.changes.length === 0],
    ["steady", result.state === "settled" && result.weights.length === 0],
  ];
  add("is", facts.filter(([, holds]) => holds).map(([name]) => name));
  return on;
}

/**
 * The answered questions that are asked: their section applies, and they are kept.
 *
 * @param {Program} program
 * @param {Result} result
 * @param {Answers} answers
 * @returns {string[]}
 */
function asked({ items, groups }, { off }, answers) {
  return items
    .filter(({ id, group, w }) =>
      id in answers && !off.includes(groups[group ?? -1]?.id ?? "") &&
      (answers[`${id}.kept`] ?? (w?.[2] === 0 ? "no" : "yes")) === "yes")
    .map(({ id }) => id);
}

/**
 * @param {Scene} scene
 * @param {Result} result
 * @param {Answers} answers
 */
export function fillResult(scene, result, answers) {
  const { result: root, program } = scene;
  const on = marks(program, result, answers);
  for (const dimension of result.dimensions) fillDimension(scene, dimension, on);
  fillBecause(scene, result);
  fillUnknown(scene, result);
  fillLists(scene, result);
  fillFacts(scene, result, answers);
  for (const part of all(root, "[data-show]")) {
    const { show = "", unless = "" } = part.dataset;
    part.hidden = !show.split(" ").some((mark) => on.has(mark)) || unless.split(" ").some((mark) => on.has(mark));
  }
  // A card without a line says nothing.
  for (const card of all(root, ".pw-sheet--lines")) {
    card.hidden = all(card, "li").every((line) => line.hidden);
  }
}

/**
 * @param {Scene} scene
 * @param {Result["dimensions"][number]} dimension
 * @param {Set<string>} on
 */
function fillDimension({ result: root, words }, dimension, on) {
  const row = root.querySelector(`[data-dimension="${dimension.id}"]`);
  if (!(row instanceof HTMLElement)) return;
  const { low, high, empty, raised, known, of } = dimension;
  const number = low === high ? String(low) : words("range", { low, high });
  const parts = [empty ? words("empty") : number];
  if (!empty && raised === "yes") parts.push(words("raised"));
  if (!empty && raised === "open") parts.push(words("perhaps_raised"));
  if (!empty && known < of) parts.push(words("known", { known, of }));
  one(row, ".pw-value").textContent = parts.join(" · ");
  row.dataset.raised = empty ? "no" : raised;
  const bar = one(row, ".pw-bar");
  bar.hidden = empty;
  bar.style.setProperty("--pw-low", `${low}%`);
  bar.style.setProperty("--pw-high", `${high}%`);
  for (const line of all(bar, "[data-limit]")) line.style.left = `${line.dataset.limit}%`;
  const { tipFrom = "101" } = row.dataset;
  if (!empty && low >= Number(tipFrom)) on.add(`tip:${dimension.id}`);
  for (const band of all(row, "[data-from]")) {
    const next = band.nextElementSibling;
    const to = next instanceof HTMLElement ? Number(next.dataset.from) : Infinity;
    // Every name the score may still have.
    band.hidden = empty || high < Number(band.dataset.from) || low >= to;
  }
}

/**
 * @param {Scene} scene
 * @param {Result} result
 */
function fillBecause({ result: root, form }, { because }) {
  const list = one(root, ".pw-because");
  for (const { item, option } of because) {
    const line = list.querySelector(`[data-because="${item}"]`);
    if (!line) continue;
    one(line, ".pw-chosen").textContent = labelOf(form, item, option);
    list.append(line);
  }
}

/**
 * What is not known, and which of it could change the verdict: those first.
 *
 * @param {Scene} scene
 * @param {Result} result
 */
function fillUnknown(scene, { deciding, unanswered }) {
  const { result: root, form, words } = scene;
  const list = one(root, ".pw-unknown");
  for (const line of all(list, ".pw-could")) line.remove();
  for (const { item, to } of [...deciding].reverse()) {
    const line = list.querySelector(`[data-unknown="${item}"]`) ?? made("li", "pw-could", made("b", "", nameOf(form, item)));
    list.prepend(line);
    for (const { option, verdict } of to) {
      const values = { answer: labelOf(form, item, option), verdict: verdictTitle(root, verdict) };
      line.append(made("small", "pw-could", words("could", values)));
    }
  }
  const open = one(root, ".pw-unanswered");
  open.replaceChildren(
    ...unanswered.map((item) => {
      const link = made("a", "", nameOf(form, item));
      link.setAttribute("href", `#${scene.program.id}--${item}`);
      link.dataset.goto = item;
      return made("li", "", link);
    }),
  );
}

/**
 * @param {Scene} scene
 * @param {Result} result
 */
function fillLists(scene, result) {
  const { result: root, form, words, language } = scene;
  const others = result.possible.filter((id) => id !== result.verdict);
  one(root, ".pw-possible").replaceChildren(
    ...others.map((id) => made("li", "", made("b", "", verdictTitle(root, id)))),
  );
  const changes = result.changes.map(({ set, verdict }) => {
    const answers = listed(set.map(({ item, option }) => words("answer", {
      name: nameOf(form, item), answer: labelOf(form, item, option),
    })), language);
    return made("li", "", made("span", "", answers), made("b", "", verdictTitle(root, verdict)));
  });
  one(root, ".pw-changes").replaceChildren(...changes);
  const weights = result.weights.map(({ item, by, verdict }) => {
    const key = by > 0 ? "weight_more" : "weight_less";
    return made("li", "", made("span", "", words(key, { name: nameOf(form, item) })),
      made("b", "", verdictTitle(root, verdict)));
  });
  root.querySelector(".pw-weights")?.replaceChildren(...weights);
  const perhaps = result.measures.filter(({ is }) => is === "open").map(({ id }) =>
    one(root, `[data-measure="${id}"] .pw-name`).textContent ?? id);
  one(root, ".pw-perhaps").textContent = perhaps.length
    ? words("perhaps", { list: listed(perhaps, language) }) : "";
  const highest = result.dimensions
    .slice(0, -1)
    .filter(({ empty }) => !empty)
    .sort((a, b) => b.low - a.low || b.high - a.high);
  for (const topics of all(root, "[data-highlights]")) {
    const names = highest.slice(0, Number(topics.dataset.highlights)).map(({ id }) =>
      root.querySelector(`[data-dimension="${id}"] .pw-name`)?.textContent ?? id);
    topics.textContent = words("topics", { list: listed(names, language) });
  }
}

/**
 * Dates, counts and the list of answers, which also stands on paper.
 *
 * @param {Scene} scene
 * @param {Result} result
 * @param {Answers} answers
 */
function fillFacts({ result: root, form, words, language, now, program }, result, answers) {
  const given = asked(program, result, answers);
  const value = words("answered", { k: given.length, n: given.length + result.unanswered.length });
  for (const fact of all(root, ".pw-answered")) fact.textContent = value;
  for (const line of all(root, "[data-again]")) {
    one(line, ".pw-date").textContent = dateText(shift(now, line.dataset.again ?? ""), language, true);
  }
  one(root, ".pw-stamp").textContent = words("stamp", {
    date: dateText(now, language), revision: result.revision,
  });
  one(root, ".pw-answers").replaceChildren(
    ...given.flatMap((item) => [
      made("dt", "", one(form, `[data-item="${item}"] legend`).textContent ?? item),
      made("dd", "", labelOf(form, item, answers[item] ?? "")),
    ]),
  );
}

/**
 * @param {ParentNode} root
 * @param {string} id
 * @returns {string}
 */
export function verdictTitle(root, id) {
  return root.querySelector(`[data-verdict="${id}"] .pw-title`)?.textContent ?? id;
}

/**
 * What led to a text: the answers behind the measure that calls for it, and that measure.
 *
 * @param {ParentNode} root
 * @param {HTMLElement} line the line of the text in the result
 * @returns {{because: string[], measure: string, date: string}}
 */
export function caseOf(root, { dataset: { about = "", show = "" } }) {
  const items = about ? about.split(" ") : null;
  const because = all(root, "[data-because]:not([hidden])")
    .filter(({ dataset }) => !items || items.includes(dataset.because ?? ""))
    .map((part) => part.firstChild?.textContent?.trim() ?? "");
  const ids = show.split(" ").map((mark) => mark.split(":")[1]);
  const measure = all(root, "[data-measure]:not([hidden])").find(({ dataset }) => ids.includes(dataset.measure));
  const verdict = root.querySelector("[data-verdict]:not([hidden]) .pw-title");
  const name = measure ? one(measure, ".pw-name") : verdict;
  return { because, measure: name?.textContent ?? "", date: new Date().toISOString().slice(0, 10) };
}
