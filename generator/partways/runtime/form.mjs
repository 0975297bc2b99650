/**
 * The form: what is chosen in it, which of its sections are asked, and on a narrow screen the one
 * section that is shown. It works without this module; nothing here is needed to answer.
 *
 * @typedef {import("./types.mjs").Answers} Answers
 * @typedef {{[question: string]: string | null}} Change `null` takes an answer away
 */

import { all, one } from "./dom.mjs";

/**
 * @param {HTMLFormElement} form
 * @returns {Array<HTMLInputElement | HTMLSelectElement>}
 */
function controls(form) {
  return /** @type {any} */ (all(form, "input[name], select[name]"));
}

/**
 * What a control says; what the reader may set counts as said only when it is not as it was.
 *
 * @param {HTMLInputElement | HTMLSelectElement} control
 * @returns {string | null}
 */
function saidBy(control) {
  if (control instanceof HTMLSelectElement) {
    const chosen = control.selectedOptions[0];
    return !chosen || chosen.defaultSelected ? null : chosen.value;
  }
  if (control.type === "radio") return control.checked ? control.value : null;
  if (control.checked === control.defaultChecked) return null;
  return control.checked ? "yes" : "no";
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
    } else if (control.type === "radio") control.checked = control.value === said;
    else control.checked = said === undefined ? control.defaultChecked : said === "yes";
  }
}

/**
 * @param {EventTarget | null} target of a change event
 * @returns {Change | null} null where no answer was touched
 */
export function changeIn(target) {
  if (!(target instanceof HTMLInputElement || target instanceof HTMLSelectElement)) return null;
  return target.name ? { [target.name]: saidBy(target) } : null;
}

/**
 * Says how many criteria are kept, where the reader chooses them.
 *
 * @param {HTMLFormElement} form
 * @param {Answers} answers
 * @param {import("./words.mjs").Words} words
 */
export function countKept(form, answers, words) {
  const questions = all(form, "[data-kept]");
  const kept = questions.filter(({ dataset }) => (answers[`${dataset.item}.kept`] ?? dataset.kept) === "yes");
  for (const place of all(form, ".pw-kept")) place.textContent = `(${words("kept", { n: kept.length })})`;
}

/**
 * Shows what is asked: sections that apply, questions that are kept, the card an answer opens,
 * "Clear" where there is something to clear, and how much of each part is answered.
 *
 * @param {HTMLElement} root
 * @param {HTMLFormElement} form
 * @param {Answers} answers
 * @param {string[]} off sections that are not asked now
 * @param {import("./words.mjs").Words} words
 * @returns {HTMLElement[]} cards that were not shown before
 */
export function refreshForm(root, form, answers, off, words) {
  for (const section of all(form, ".pw-section")) {
    const isOff = off.includes(section.dataset.section ?? "");
    section.toggleAttribute("data-off", isOff);
    for (const note of all(section, ".pw-off")) note.hidden = !isOff;
  }
  for (const question of all(form, ".pw-question")) {
    const { item = "", kept } = question.dataset;
    one(question, ".pw-clear").hidden = !(item in answers);
    if (kept) question.hidden = (answers[`${item}.kept`] ?? kept) === "no";
  }
  for (const part of all(root, ".pw-parts [data-part]")) {
    const section = one(form, `[data-section="${part.dataset.part}"]`);
    const questions = all(section, ".pw-question:not([hidden])");
    const answered = questions.filter(({ dataset }) => (dataset.item ?? "") in answers).length;
    part.hidden = off.includes(part.dataset.part ?? "");
    part.toggleAttribute("data-done", answered === questions.length);
    one(part, ".pw-count").textContent = words("count", { k: answered, of: questions.length });
  }
  return openCards(form, answers);
}

/**
 * @param {HTMLFormElement} form
 * @param {Answers} answers
 * @returns {HTMLElement[]}
 */
function openCards(form, answers) {
  const fresh = [];
  const shown = new Set();
  for (const card of all(form, ".pw-card")) {
    const { card: id = "", opener = "", on = "" } = card.dataset;
    const open = on.split(" ").includes(answers[opener] ?? "") && !shown.has(id);
    if (open) shown.add(id);
    if (open && card.hidden) fresh.push(card);
    card.hidden = !open;
  }
  return fresh;
}

/**
 * On a narrow screen one section is shown at a time; a wide one ignores this.
 *
 * @param {HTMLElement} root
 * @param {HTMLFormElement} form
 * @param {number} step
 * @param {import("./words.mjs").Words} words
 * @returns {number} the step that is shown
 */
export function showStep(root, form, step, words) {
  const sections = all(form, ".pw-section");
  const at = Math.max(0, Math.min(step, sections.length - 1));
  sections.forEach((section, place) => section.toggleAttribute("data-here", place === at));
  root.dataset.step = String(at);
  root.toggleAttribute("data-last", at === sections.length - 1);
  one(root, ".pw-kicker").textContent = words("part", { k: at + 1, of: sections.length });
  one(root, ".pw-progress > *").style.width = `${(100 * (at + 1)) / sections.length}%`;
  return at;
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
 * The short name of a question and the words of one of its answers, as they stand in the form.
 *
 * @param {HTMLFormElement} form
 * @param {string} item
 * @returns {string}
 */
export function nameOf(form, item) {
  const found = form.querySelector(`[data-item="${CSS.escape(item)}"]`);
  return (found instanceof HTMLElement && found.dataset.name) || item.replaceAll("_", " ");
}

/**
 * @param {HTMLFormElement} form
 * @param {string} item
 * @param {string} option
 * @returns {string}
 */
export function labelOf(form, item, option) {
  const input = form.querySelector(`[name="${CSS.escape(item)}"][value="${CSS.escape(option)}"]`);
  return input?.closest("label")?.textContent?.trim() ?? option.replaceAll("_", " ");
}
