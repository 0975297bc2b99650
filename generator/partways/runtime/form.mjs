/**
 * The form: what is chosen in it, which of its sections are asked, and on a narrow screen the one
 * section that is shown. It works without this module; nothing here is needed to answer.
 *
 * @typedef {import("./types.mjs").Answers} Answers
 * @typedef {import("./words.mjs").Words} Words
 * @typedef {{[question: string]: string | null}} Change `null` takes an answer away
 * @typedef {HTMLInputElement | HTMLSelectElement} Control
 */
import { all, made, one } from "./dom.mjs";

/**
 * What a control says; what the reader may set counts as said only when it is not as it was.
 *
 * @param {Control} control
 * @returns {string | null}
 */
function saidBy(control) {
  if (control instanceof HTMLSelectElement) {
    const chosen = control.selectedOptions[0];
    return !chosen || chosen.defaultSelected ? null : chosen.value;
  }
  const { type, checked, defaultChecked, value } = control;
  if (type === "radio") return checked ? value : null;
  return checked === defaultChecked ? null : checked ? "yes" : "no";
}

/** @type {WeakMap<HTMLFormElement, Control[]>} */
const known = new WeakMap();

/**
 * @param {HTMLFormElement} form
 * @returns {Control[]}
 */
function controls(form) {
  const list = known.get(form) ?? /** @type {any} */ (all(form, "[name]"));
  known.set(form, list);
  return list;
}

/**
 * @param {HTMLFormElement} form
 * @returns {Answers}
 */
export function readAnswers(form) {
  /** @type {Answers} */
  const answers = Object.create(null);
  for (const control of controls(form)) {
    const said = saidBy(control);
    if (said !== null) answers[control.name] = said;
  }
  return answers;
}

/**
 * @param {HTMLFormElement} form
 * @param {Answers} answers what does not fit the form is left out
 */
export function writeAnswers(form, answers) {
  for (const control of controls(form)) {
    const said = answers[control.name];
    if (control instanceof HTMLSelectElement) {
      for (const option of control.options) {
        option.selected = said === undefined ? option.defaultSelected : option.value === said;
      }
      continue;
    }
    const { type, value, defaultChecked, checked } = control;
    const wanted = type === "radio" ? value === said : said === undefined ? defaultChecked : said === "yes";
    // Setting it costs more than asking.
    if (checked !== wanted) control.checked = wanted;
  }
}

/**
 * @param {EventTarget | null} target of a change event
 * @returns {Change} empty where no answer was touched
 */
export function changeIn(target) {
  const control = /** @type {Control} */ (target);
  return control.name ? { [control.name]: saidBy(control) } : {};
}

/**
 * Shows what is asked: sections that apply, questions that are kept, the card an answer opens,
 * "Clear" where there is something to clear, and how much of each part is answered.
 *
 * @param {HTMLElement} root
 * @param {HTMLFormElement} form
 * @param {Answers} answers
 * @param {string[]} off sections that are not asked now
 * @param {Words} words
 * @returns {HTMLElement[]} cards that were not shown before
 */
export function refreshForm(root, form, answers, off, words) {
  const parts = one(root, ".pw-parts");
  for (const section of all(form, ".pw-section")) {
    const id = section.dataset.section ?? "";
    const isOff = off.includes(id);
    section.toggleAttribute("data-off", isOff);
    for (const note of all(section, ".pw-off")) note.hidden = !isOff;
    const questions = all(section, ".pw-question").filter((question) => {
      const { item = "", kept = "yes" } = question.dataset;
      offerClear(words, question, item in answers);
      question.hidden = (answers[`${item}.kept`] ?? kept) === "no";
      return !question.hidden;
    });
    const of = questions.length;
    const k = questions.filter(({ dataset }) => (dataset.item ?? "") in answers).length;
    const part = one(parts, `[data-part="${id}"]`);
    part.hidden = isOff;
    part.toggleAttribute("data-done", k === of);
    one(part, ".pw-count").textContent = words("count", { k, of });
  }
  const n = all(form, "[data-kept]:not([hidden])").length;
  for (const place of all(form, ".pw-kept")) place.textContent = `(${words("kept", { n })})`;
  const shown = new Set();
  return all(form, ".pw-card").filter((card) => {
    const { card: id, opener = "", on = "" } = card.dataset;
    const isFresh = card.hidden;
    card.hidden = shown.has(id) || !on.split(" ").includes(answers[opener] ?? "");
    if (!card.hidden) shown.add(id);
    return isFresh && !card.hidden;
  });
}

/**
 * A radio button cannot be unchosen by itself.
 *
 * @param {Words} words
 * @param {HTMLElement} question
 * @param {boolean} isAnswered
 */
function offerClear(words, question, isAnswered) {
  const last = question.lastElementChild;
  const isThere = last?.className === "pw-clear";
  if (isThere && !isAnswered) last.remove();
  if (isThere || !isAnswered) return;
  const { item = "", name } = question.dataset;
  const button = made("button", "pw-clear", words("clear"), made("span", "pw-unseen", `: ${name}`));
  button.setAttribute("type", "button");
  button.dataset.clear = item;
  question.append(button);
}

/**
 * On a narrow screen one section is shown at a time; a wide one ignores this.
 *
 * @param {HTMLElement} root
 * @param {HTMLFormElement} form
 * @param {number} step
 * @param {Words} words
 * @returns {HTMLElement} the heading of what is shown
 */
export function showStep(root, form, step, words) {
  const sections = all(form, ".pw-section");
  const of = sections.length;
  const at = Math.max(0, Math.min(step, of - 1));
  sections.forEach((section, place) => section.toggleAttribute("data-here", place === at));
  root.dataset.step = String(at);
  root.toggleAttribute("data-last", at === of - 1);
  one(root, ".pw-kicker").textContent = words("part", { k: at + 1, of });
  one(root, ".pw-progress > *").style.width = `${(100 * (at + 1)) / of}%`;
  return one(form, "[data-here] h2");
}

/**
 * @param {HTMLFormElement} form
 * @param {string} item
 * @returns {number} the step its question stands in
 */
export function stepOf(form, item) {
  return all(form, ".pw-section").findIndex((section) => section.querySelector(`[data-item="${item}"]`));
}

/**
 * Questions by id and inputs by "question:option": a result asks for hundreds of them.
 *
 * @type {WeakMap<HTMLFormElement, Map<string, HTMLElement>>}
 */
const indexes = new WeakMap();

/**
 * @param {HTMLFormElement} form
 * @param {string} key
 * @returns {HTMLElement | undefined}
 */
function found(form, key) {
  let index = indexes.get(form);
  if (!index) {
    index = new Map(all(form, "[data-item], [value]").map((element) => {
      const { name, value } = /** @type {HTMLInputElement} */ (element);
      return [element.dataset.item ?? `${name}:${value}`, element];
    }));
    indexes.set(form, index);
  }
  return index.get(key);
}

/**
 * The short name of a question, as it stands in the form; of one that is gone, its id.
 *
 * @param {HTMLFormElement} form
 * @param {string} item
 * @returns {string}
 */
export function nameOf(form, item) {
  return found(form, item)?.dataset.name ?? item.replaceAll("_", " ");
}

/**
 * The words of an answer, as they stand in the form.
 *
 * @param {HTMLFormElement} form
 * @param {string} item
 * @param {string} option
 * @returns {string}
 */
export function labelOf(form, item, option) {
  return found(form, `${item}:${option}`)?.parentElement?.textContent?.trim() ?? option;
}

/**
 * The question as it is asked.
 *
 * @param {HTMLFormElement} form
 * @param {string} item
 * @returns {string}
 */
export function askOf(form, item) {
  return found(form, item)?.firstElementChild?.textContent ?? item;
}
