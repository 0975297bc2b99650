/**
 * Exercises, and the place to paste a text: both judge what somebody writes by the wording check.
 * Nothing typed is kept.
 *
 * @typedef {import("./wording.mjs").Rules} Rules
 * @typedef {import("./words.mjs").Words} Words
 */
import { all, one } from "./dom.mjs";
import { listFindings, marked, point, rulesHere } from "./marking.mjs";
import { check } from "./wording.mjs";
import { wordsOf } from "./words.mjs";

/**
 * @param {HTMLElement} root
 * @returns {{rules: Rules, words: Words}}
 */
function kit(root) {
  return {
    rules: rulesHere(),
    words: wordsOf(one(root, ".pw-phrases"), root.dataset.language ?? "en"),
  };
}

/**
 * Checks what stands in a text field, and shows it with its marks.
 *
 * @param {HTMLElement} root
 * @param {HTMLTextAreaElement} field
 * @param {string} channel
 * @param {{rules: Rules, words: Words}} kit
 */
function judge(root, field, channel, { rules, words }) {
  const text = field.value;
  const found = text.trim() ? check(text, rules, { channel }) : [];
  const mirror = one(root, ".pw-letter--marked");
  mirror.hidden = !found.some(({ start, end }) => end > start);
  mirror.replaceChildren(...marked(text, found, rules));
  listFindings(one(root, ".pw-findings"), found, {
    text, rules, words,
    show: ({ start, end }, place) => {
      field.focus();
      field.setSelectionRange(start, end);
      point(mirror, place);
    },
  });
}

/**
 * @param {HTMLElement} root
 * @param {AbortSignal} signal
 */
export function startCheck(root, signal) {
  const tools = kit(root);
  root.classList.add("pw-on");
  const form = one(root, "form");
  form.hidden = false;
  const field = /** @type {HTMLTextAreaElement} */ (one(form, "textarea"));
  const channel = /** @type {HTMLSelectElement} */ (one(form, "select"));
  const run = () => judge(root, field, channel.value, tools);
  form.addEventListener("input", run, { signal });
  run();
}

/**
 * Answers show their reasons when they are chosen; one's own is checked as it is written.
 *
 * @param {HTMLElement} root
 * @param {AbortSignal} signal
 */
export function startPractice(root, signal) {
  const tools = kit(root);
  root.classList.add("pw-on");
  for (const exercise of all(root, "[data-exercise]")) {
    one(exercise, ".pw-exercise__own").hidden = false;
    one(exercise, ".pw-findings").hidden = true;
    const field = /** @type {HTMLTextAreaElement} */ (one(exercise, "textarea"));
    field.addEventListener("input", () => judge(exercise, field, "", tools), { signal });
  }
}
