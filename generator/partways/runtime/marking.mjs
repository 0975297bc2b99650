/**
 * Findings on the page: the places marked in the text, and a list that says why and what is better.
 *
 * @typedef {import("./wording.mjs").Finding} Finding
 * @typedef {import("./wording.mjs").Rules} Rules
 * @typedef {import("./words.mjs").Words} Words
 */
import { all, made, one } from "./dom.mjs";

/**
 * The rules of this page's language, left by the script that stands before this one: one file for
 * all pages of the language. Without them nothing is to look as if it had been checked.
 *
 * @returns {Rules}
 */
export function rulesHere() {
  const { partwaysWording } = /** @type {{partwaysWording?: Rules}} */ (/** @type {unknown} */ (self));
  if (!partwaysWording) throw new Error("the rules of the wording check did not arrive");
  return partwaysWording;
}

/**
 * `text` as nodes in which every finding that has a place is marked; where two overlap, the second
 * begins where the first ends.
 *
 * @param {string} text
 * @param {Finding[]} findings in the order of the text
 * @param {Rules} rules
 * @param {number} [shift] where `text` begins in what was checked
 * @returns {Array<string | Node>}
 */
export function marked(text, findings, rules, shift = 0) {
  /** @type {Array<string | Node>} */
  const nodes = [];
  let at = 0;
  findings.forEach(({ rule, start, end, message }, place) => {
    const low = Math.max(start - shift, at);
    const high = Math.min(end - shift, text.length);
    if (end <= start || high <= low) return;
    nodes.push(text.slice(at, low));
    const mark = made("mark", `pw-mark pw-mark--${rule}`, text.slice(low, high));
    mark.title = `${titleOf(rules, rule)}: ${message}`;
    mark.dataset.finding = String(place);
    nodes.push(mark);
    at = high;
  });
  nodes.push(text.slice(at));
  return nodes.filter((node) => node !== "");
}

/**
 * @param {Rules} rules
 * @param {string} id
 * @returns {string}
 */
export function titleOf(rules, id) {
  return rules.rules.find((rule) => rule.id === id)?.title ?? id;
}

/**
 * @param {HTMLElement} root the section of findings
 * @param {Finding[]} findings
 * @param {{text: string, rules: Rules, words: Words, show?: (finding: Finding, place: number) => void}} scene
 */
export function listFindings(root, findings, { text, rules, words, show }) {
  root.hidden = false;
  const bare = !text.trim();
  const sum = one(root, ".pw-findings__sum");
  // The blanks are one matter, however many there are.
  const blanks = findings.filter(({ rule }) => rule === "blank");
  const rest = findings.filter(({ rule }) => rule !== "blank");
  const state = bare ? "empty" : rest.length ? "found" : blanks.length ? "blanks" : "clean";
  const n = rest.length || blanks.length;
  const said = n ? words(state, { n }) : words(state);
  // Said again only when it changed: a screen reader would repeat it at every key.
  if (sum.textContent !== said) sum.textContent = said;
  root.dataset.state = state;
  const rows = rest.map((finding) => row(finding, findings.indexOf(finding), { text, rules, words, ...(show ? { show } : {}) }));
  if (blanks.length) {
    const head = made("b", "pw-finding__rule", titleOf(rules, "blank"));
    const names = [...new Set(blanks.map(({ start, end }) => text.slice(start, end)))];
    rows.push(made("li", "pw-finding", head, made("p", "", names.join(" "))));
  }
  one(root, ".pw-findings__list").replaceChildren(...rows);
}

/**
 * @param {Finding} finding
 * @param {number} place
 * @param {{text: string, rules: Rules, words: Words, show?: (finding: Finding, place: number) => void}} scene
 * @returns {HTMLElement}
 */
function row(finding, place, { text, rules, words, show }) {
  const { rule, start, end, message, better } = finding;
  const line = made("li", "pw-finding", made("b", "pw-finding__rule", titleOf(rules, rule)));
  line.dataset.rule = rule;
  if (end > start) line.append(made("q", "pw-finding__place", text.slice(start, end)));
  line.append(made("p", "", message));
  if (better) line.append(made("p", "pw-finding__better", made("b", "", words("better")), ` ${better}`));
  if (end > start && show) {
    const button = made("button", "pw-link", words("show"));
    button.setAttribute("type", "button");
    button.addEventListener("click", () => show(finding, place));
    line.append(button);
  }
  return line;
}

/**
 * @param {ParentNode} root
 * @param {number} place
 */
export function point(root, place) {
  for (const mark of all(root, ".pw-mark")) mark.classList.toggle("pw-mark--here", mark.dataset.finding === String(place));
  const mark = root.querySelector(".pw-mark--here");
  mark?.scrollIntoView({ block: "center" });
}
