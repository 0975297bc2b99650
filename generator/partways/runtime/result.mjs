/**
 * The result: everything it can say stands in the page already, hidden; this module decides what
 * is shown, in which order, and fills the numbers, dates and names.
 *
 * @typedef {import("./types.mjs").Answers} Answers
 * @typedef {import("./types.mjs").Program} Program
 * @typedef {import("./types.mjs").Result} Result
 * @typedef {object} Scene what the result is written into
 * @property {HTMLElement} root
 * @property {HTMLFormElement} form
 * @property {Program} program
 * @property {import("./words.mjs").Words} words
 * @property {string} language
 */
import { all, made, one } from "./dom.mjs";
import { askOf, labelOf, nameOf } from "./form.mjs";
import { listed } from "./words.mjs";
import { dateText, shift } from "./calendar.mjs";

/** @param {{id: string}} part */
const name = ({ id }) => id;

/** @param {{item: string}} line */
const itemOf = ({ item }) => item;

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
  /** @type {Set<string>} */
  const on = new Set();
  /** @param {string} kind @param {Array<string | null>} ids */
  const add = (kind, ids) => ids.forEach((id) => on.add(`${kind}:${id}`));
  const { state, unknown, unanswered, deciding, because, cautions } = result;
  add("state", [state]);
  add("verdict", [result.verdict ?? "not_enough"]);
  add("rule", [result.rule]);
  add("red", result.red_lines.filter(({ is }) => is === "yes").map(name));
  const told = answers[program.items[program.step_by ?? -1]?.id ?? ""];
  for (const { id, is, step, let: through } of result.measures) {
    if (is !== "yes") continue;
    add(through ? "measure" : "waits", [id]);
    add("step", [`${id}:${step ?? ""}`]);
    if (through) add("also", [`${id}:${told}`]);
  }
  add("caution", cautions);
  if (cautions.length) add("caution", ["any"]);
  add("note", result.notes);
  add("off", result.off);
  add("because", because.map(itemOf));
  add("alone", because.filter(({ alone }) => alone).map(itemOf));
  add("advice", asked(program, result, answers).map((id) => `${id}:${answers[id]}`));
  add("raised", result.dimensions.filter(({ raised }) => raised === "yes").map(name));
  add("unknown", unknown);
  add("deciding", deciding.map(itemOf));
  const settled = state === "settled";
  const gaps = unknown.length + unanswered.length;
  const facts = {
    gaps,
    unanswered: unanswered.length,
    deciding: deciding.length,
    harmless: gaps && settled,
    open: state === "so_far" && result.possible.length > 1,
    firm: settled && !result.changes.length,
    steady: settled && !result.weights.length,
    borderline: result.borderline,
    ranges: result.dimensions.some(({ low, high, empty }) => !empty && low < high),
  };
  add("is", Object.entries(facts).filter(([, holds]) => holds).map(([fact]) => fact));
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
    .filter(({ id, group, w }) => id in answers && !off.includes(groups[group ?? -1]?.id ?? "") &&
      (answers[`${id}.kept`] ?? (w?.[2] === 0 ? "no" : "yes")) === "yes")
    .map(name);
}

/**
 * @param {Scene} scene
 * @param {Result} result
 * @param {Answers} answers
 */
export function fillResult(scene, result, answers) {
  const { root, program } = scene;
  const on = marks(program, result, answers);
  for (const dimension of result.dimensions) fillDimension(scene, dimension, on);
  // Tips belong to the verdicts that ask for them.
  if (!all(root, `[data-verdict="${result.verdict}"][data-tips]`).length) {
    for (const { id } of result.dimensions) on.delete(`tip:${id}`);
  }
  fillReasons(scene, result);
  fillGaps(scene, result);
  fillLists(scene, result);
  fillFacts(scene, result, asked(program, result, answers), answers);
  for (const part of all(root, "[data-show]")) {
    const { show = "", unless = "" } = part.dataset;
    /** @param {string} mark */
    const holds = (mark) => on.has(mark);
    part.hidden = !show.split(" ").some(holds) || unless.split(" ").some(holds);
  }
  // A card without a line says nothing.
  for (const card of all(root, ".pw-sheet--lines")) {
    card.hidden = all(card, "[data-show]").every((line) => line.hidden);
  }
  // What is missing comes first while it decides, and last when it does not.
  const gaps = one(root, ".pw-gaps");
  if (on.has("state:settled")) one(root, ".pw-why").after(gaps);
  else one(root, ".pw-body").prepend(gaps);
}

/**
 * @param {Scene} scene
 * @param {Result["dimensions"][number]} dimension
 * @param {Set<string>} on
 */
function fillDimension({ root, words }, { id, low, high, empty, raised, known, of }, on) {
  const row = all(root, `[data-dimension="${id}"]`)[0];
  if (!row) return;
  const value = [low < high ? words("range", { low, high }) : String(low)];
  if (raised === "yes") value.push(words("raised"));
  const gaps = raised === "open" ? [words("perhaps_raised")] : [];
  if (known < of) gaps.push(words("known", { known, of }));
  one(row, ".pw-value").textContent = empty ? words("empty") : value.join(" · ");
  one(row, ".pw-known").textContent = empty ? "" : gaps.join(" · ");
  row.dataset.raised = empty ? "no" : raised;
  const bar = one(row, ".pw-bar");
  bar.hidden = empty;
  bar.style.setProperty("--pw-low", `${low}%`);
  bar.style.setProperty("--pw-high", `${high}%`);
  for (const line of all(bar, "[data-limit]")) line.style.left = `${line.dataset.limit}%`;
  if (!empty && low >= Number(row.dataset.tipFrom ?? 101)) on.add(`tip:${id}`);
  const bands = all(row, "[data-from]");
  bands.forEach((band, place) => {
    // Every name the score may still have.
    const next = Number(bands[place + 1]?.dataset.from ?? 101);
    band.hidden = empty || high < Number(band.dataset.from) || low >= next;
  });
}

/**
 * @param {Scene} scene
 * @param {Result} result
 */
function fillReasons({ root, form }, { because }) {
  const list = one(root, ".pw-because");
  const lines = new Map(all(list, "li").map((line) => [line.dataset.because, line]));
  for (const { item, option } of because) {
    const line = lines.get(item);
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
function fillGaps({ root, form, words, program }, { deciding, unanswered }) {
  const list = one(root, ".pw-unknown");
  for (const line of all(list, ".pw-could")) line.remove();
  for (const { item, to } of [...deciding].reverse()) {
    const line = all(list, `[data-unknown="${item}"]`)[0] ??
      made("li", "pw-could", made("b", "", nameOf(form, item)));
    list.prepend(line);
    for (const { option, verdict } of to) {
      const values = { answer: labelOf(form, item, option), verdict: verdictTitle(root, verdict) };
      line.append(made("small", "pw-could", words("could", values)));
    }
  }
  one(root, ".pw-unanswered").replaceChildren(
    ...unanswered.map((item) => {
      const link = made("a", "", nameOf(form, item));
      link.setAttribute("href", `#${program.id}--${item}`);
      link.dataset.goto = item;
      return made("li", "", link);
    }),
  );
}

/**
 * @param {Scene} scene
 * @param {Result} result
 */
function fillLists({ root, form, words, language }, result) {
  /** @param {string} text @param {string} verdict */
  const leads = (text, verdict) =>
    made("li", "", made("span", "", text), made("b", "", verdictTitle(root, verdict)));
  /** @param {string} selector @param {HTMLElement[]} lines */
  const fill = (selector, lines) => all(root, selector)[0]?.replaceChildren(...lines);
  fill(".pw-possible", result.possible.filter((id) => id !== result.verdict).map((id) => leads("", id)));
  fill(".pw-changes", result.changes.map(({ set, verdict }) => {
    const answers = set.map(({ item, option }) =>
      words("answer", { name: nameOf(form, item), answer: labelOf(form, item, option) }));
    return leads(listed(answers, language), verdict);
  }));
  fill(".pw-weights", result.weights.map(({ item, by, verdict }) =>
    leads(words(by > 0 ? "weight_more" : "weight_less", { name: nameOf(form, item) }), verdict)));
  /** @param {string} key @param {string[]} selectors */
  const said = (key, selectors) =>
    selectors.length ? words(key, { list: listed(selectors.map((s) => one(root, s).textContent ?? ""), language) }) : "";
  const open = result.measures.filter(({ is }) => is === "open");
  one(root, ".pw-perhaps").textContent =
    said("perhaps", open.map(({ id }) => `[data-measure="${id}"] .pw-name`));
  const highest = result.dimensions
    .filter(({ id, empty }) => id !== "total" && !empty)
    .sort((a, b) => b.low - a.low || b.high - a.high)
    .map(({ id }) => `[data-dimension="${id}"] .pw-name`);
  for (const topics of all(root, "[data-highlights]")) {
    topics.textContent = said("topics", highest.slice(0, Number(topics.dataset.highlights)));
  }
}

/**
 * Dates, counts and the list of answers, which also stands on paper.
 *
 * @param {Scene} scene
 * @param {Result} result
 * @param {string[]} given
 * @param {Answers} answers
 */
function fillFacts({ root, form, words, language }, { unanswered, revision }, given, answers) {
  const now = new Date();
  const k = given.length;
  const text = words("answered", { k, n: k + unanswered.length });
  for (const fact of all(root, ".pw-answered")) fact.textContent = text;
  for (const line of all(root, "[data-again]")) {
    one(line, ".pw-date").textContent = dateText(shift(now, line.dataset.again ?? ""), language, "full");
  }
  one(root, ".pw-stamp").textContent = words("stamp", { date: dateText(now, language), revision });
  // Folded up, and long: nobody waits for it.
  setTimeout(() => one(root, ".pw-answers").replaceChildren(
    ...given.flatMap((item) => [
      made("dt", "", askOf(form, item)),
      made("dd", "", labelOf(form, item, answers[item] ?? "")),
    ]),
  ));
}

/**
 * @param {ParentNode} root
 * @param {string} id
 * @returns {string}
 */
export function verdictTitle(root, id) {
  return one(root, `[data-verdict="${id}"] .pw-title`).textContent ?? "";
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
    // The title of the sign can stand in a letter to them; what was answered speaks about them.
    .map((part) => part.dataset.sign ?? part.firstChild?.textContent?.trim() ?? "");
  const ids = show.split(" ").map((mark) => mark.split(":")[1] ?? "");
  const measure = all(root, "[data-measure]:not([hidden])").find(({ dataset }) => ids.includes(dataset.measure ?? "-"));
  const verdict = root.querySelector("[data-verdict]:not([hidden]) .pw-title");
  const name = measure ? one(measure, ".pw-name") : verdict;
  return { because, measure: name?.textContent ?? "", date: new Date().toISOString().slice(0, 10) };
}
