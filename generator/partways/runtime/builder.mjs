/**
 * The letter builder: the chosen text grows as its fields are filled, and is checked as it grows.
 * Nothing typed leaves the page, and none of it stands in an address: a mail is opened by a link
 * that is made at the click and thrown away.
 *
 * @typedef {import("./drafts.mjs").Draft} Draft
 * @typedef {import("./letters.mjs").Data} Data
 * @typedef {import("./letters.mjs").Letter} Letter
 * @typedef {import("./wording.mjs").Rules} Rules
 * @typedef {import("./words.mjs").Words} Words
 */
import { all, made, one } from "./dom.mjs";
import { dropDraft, keepDraft, readDraft, shelf, takeCase } from "./drafts.mjs";
import { compose, fieldsIn, fill, met, shown, small } from "./letters.mjs";
import { listFindings, marked, point, rulesHere } from "./marking.mjs";
import { offerFile } from "./offer.mjs";
import { check } from "./wording.mjs";
import { wordsOf } from "./words.mjs";

/**
 * @typedef {object} Desk one letter at work
 * @property {HTMLElement} root
 * @property {HTMLFormElement} form
 * @property {Data} data
 * @property {Rules} rules
 * @property {Words} words
 * @property {string} language
 * @property {import("./drafts.mjs").Shelf} place
 * @property {Draft} draft
 * @property {string[]} taken fields that were filled from a result
 * @property {number} timer until what is typed is kept and checked
 */

/** A pause in typing after which the letter is checked, in milliseconds. */
const PAUSE = 250;

/**
 * @param {HTMLElement} root
 * @param {AbortSignal} signal ends with the element
 */
export function startLetter(root, signal) {
  const language = root.dataset.language ?? "en";
  const site = new URL(root.dataset.root ?? "/", location.href).pathname;
  /** @type {Data} */
  const data = JSON.parse(one(root, ".pw-letter-data").textContent ?? "");
  const place = shelf(site, `draft:${data.id}`);
  /** @type {Desk} */
  const desk = {
    root,
    form: /** @type {HTMLFormElement} */ (one(root, ".pw-say-form")),
    data,
    rules: rulesHere(),
    words: wordsOf(one(root, ".pw-phrases"), language),
    language,
    place,
    draft: readDraft(place),
    taken: [],
    timer: 0,
  };
  restoreDraft(desk);
  takeOver(desk, takeCase(shelf(site, "case")));
  root.classList.add("pw-on");
  desk.form.hidden = false;
  one(root, ".pw-say-blanks").hidden = true;
  one(root, ".pw-say-tools").hidden = false;
  const soon = () => {
    clearTimeout(desk.timer);
    desk.timer = window.setTimeout(() => changed(desk), PAUSE);
  };
  desk.form.addEventListener("input", soon, { signal });
  root.addEventListener("change", ({ target }) => {
    if (target instanceof HTMLInputElement && target.type !== "text") changed(desk);
  }, { signal });
  own(desk).addEventListener("input", soon, { signal });
  root.addEventListener("click", ({ target }) => {
    const button = target instanceof Element ? target.closest("[data-do]") : null;
    if (button instanceof HTMLElement) LETTER_DEEDS[button.dataset.do ?? ""]?.(desk);
  }, { signal });
  drawLetter(desk);
}

/** @param {Desk} desk @returns {HTMLTextAreaElement} */
function own({ root }) {
  return /** @type {HTMLTextAreaElement} */ (one(root, ".pw-say-own textarea"));
}

/** @param {Desk} desk @returns {Array<HTMLInputElement | HTMLTextAreaElement>} */
function inputs({ form }) {
  return /** @type {any} */ (all(form, "[data-field] [name]"));
}

/** @param {Desk} desk */
function restoreDraft(desk) {
  const { root, draft, form } = desk;
  // What was typed before this script arrived stays.
  for (const input of inputs(desk)) input.value ||= draft.values[input.name] ?? "";
  const capital = form.querySelector('[name="capital"]');
  if (capital instanceof HTMLInputElement && draft.values.capital === "no") capital.checked = false;
  const chosen = all(root, ".pw-tab input").find((input) => /** @type {HTMLInputElement} */ (input).value === draft.variant);
  if (chosen) /** @type {HTMLInputElement} */ (chosen).checked = true;
  const text = draft.own[desk.language];
  if (text) openOwn(desk, text);
}

/**
 * Fills blank fields with what led to this text.
 *
 * @param {Desk} desk
 * @param {import("./drafts.mjs").Case | null} found
 */
function takeOver(desk, found) {
  if (!found) return;
  const { data, language, root, words } = desk;
  const same = found.language === language;
  const values = {
    because: same ? found.because.join("\n") : "",
    measure: same ? found.measure : "",
    date: found.date,
  };
  for (const input of inputs(desk)) {
    const from = data.fields[input.name]?.from;
    if (!from || input.value || !values[from]) continue;
    // A line field takes every answer, a text field the first.
    input.value = input instanceof HTMLTextAreaElement ? values[from] : values[from].split("\n")[0] ?? "";
    desk.taken.push(input.name);
  }
  if (!desk.taken.length) return;
  const notice = one(root, ".pw-say-case");
  notice.hidden = false;
  one(notice, "span").textContent = words("case", { date: shown(found.date, "date", language) });
}

/** @param {Desk} desk */
function variantOf({ root }) {
  const input = /** @type {HTMLInputElement} */ (one(root, ".pw-tab input:checked"));
  const cut = input.value.lastIndexOf("-");
  return { id: input.value, key: input.value.slice(0, cut), tone: input.value.slice(cut + 1) };
}

/** @param {Desk} desk @returns {Letter} */
function letterOf(desk) {
  const { key, tone } = variantOf(desk);
  const letter = desk.data.letters[key]?.[tone];
  if (!letter) throw new Error(`letter: "${key}" has no tone "${tone}"`);
  return letter;
}

/**
 * The letter as it stands.
 *
 * @param {Desk} desk
 */
function written(desk) {
  const { data, language, form, rules } = desk;
  /** @type {{[field: string]: string}} */
  const values = {};
  for (const input of inputs(desk)) {
    values[input.name] = shown(input.value, data.fields[input.name]?.kind ?? "text", language);
  }
  const capital = form.querySelector('[name="capital"]');
  const isSmall = capital instanceof HTMLInputElement && !capital.checked;
  /** @param {string} text */
  const said = (text) => (isSmall ? small(text, rules.capital) : text);
  const letter = letterOf(desk);
  const parts = compose(letter, data.fields, values).map(({ name, text }) => ({ name, text: said(text) }));
  const edited = own(desk).value.trim() && !one(desk.root, ".pw-say-own").hidden;
  return {
    values,
    parts,
    subject: said(fill(letter.subject, data.fields, values)),
    text: edited ? own(desk).value : parts.map(({ text }) => text).join("\n\n"),
    // A day that is still to be filled in is not one that was forgotten.
    has: edited ? [] : [...met(parts), ...(asksForDay(parts, letter, data.fields) ? ["date"] : [])],
    edited: Boolean(edited),
  };
}

/**
 * @param {import("./letters.mjs").Said[]} parts those that stand in the letter
 * @param {Letter} letter
 * @param {import("./letters.mjs").Blanks} fields
 * @returns {boolean}
 */
function asksForDay(parts, letter, fields) {
  const here = new Set(parts.map(({ name }) => name));
  return letter.parts.some(([name, text]) =>
    here.has(name) && fieldsIn(text).some((field) => fields[field]?.kind === "date"));
}

/** @param {Desk} desk */
function drawLetter(desk) {
  const { root, data, rules, words } = desk;
  const { id, key } = variantOf(desk);
  const letter = letterOf(desk);
  const { values, parts, subject, text, has, edited } = written(desk);
  const used = new Set([letter.subject, ...letter.parts.map(([, part]) => part)].flatMap(fieldsIn));
  for (const field of all(root, "[data-field]")) field.hidden = !used.has(field.dataset.field ?? "");
  const channel = key.split("_")[0] ?? "";
  const found = check(text, rules, { channel, fields: values, needs: data.needs, has });
  const article = one(root, `[data-variant="${id}"]`);
  const line = article.querySelector(".pw-letter__subject span");
  line?.replaceChildren(...blanksShown(subject));
  const headings = new Map(all(article, "[data-part]").map((part) =>
    [part.dataset.part ?? "", part.querySelector("h4")?.textContent ?? part.dataset.heading ?? ""]));
  let at = 0;
  const blocks = (edited ? [{ name: "", text }] : parts).map((part) => {
    const block = made("div", "pw-letter__part", made("p", "", ...marked(part.text, found, rules, at)));
    block.dataset.part = part.name;
    const heading = headings.get(part.name);
    if (heading) block.prepend(made("h4", "", heading));
    at += part.text.length + 2;
    return block;
  });
  // The headings of parts that are left out now are needed again later.
  for (const [name, heading] of headings) {
    if (!heading || blocks.some((block) => block.dataset.part === name)) continue;
    const kept = made("div", "");
    kept.hidden = true;
    Object.assign(kept.dataset, { part: name, heading });
    blocks.push(kept);
  }
  one(article, ".pw-letter__body").replaceChildren(...blocks);
  listFindings(one(root, ".pw-findings"), found, {
    text, rules, words,
    show: (finding, place) => {
      if (edited) {
        own(desk).focus();
        own(desk).setSelectionRange(finding.start, finding.end);
      }
      point(article, place);
    },
  });
  fitLetter(desk);
}

/**
 * The letter sticks to the window by its head, one that is higher than the window by its foot, so
 * that its end and its buttons can be seen beside the last field.
 * @param {Desk} desk
 */
function fitLetter({ root }) {
  const main = one(root, ".pw-say-main");
  main.style.setProperty("--_pw-height", `${main.offsetHeight}px`);
}

/**
 * @param {string} text
 * @returns {Array<string | Node>}
 */
function blanksShown(text) {
  return text.split(/(\[[^[\]]+\])/).filter(Boolean)
    .map((part) => (part.startsWith("[") ? made("span", "pw-blank", part) : part));
}

/** @param {Desk} desk */
function changed(desk) {
  const { draft, root, words, place, form, language } = desk;
  for (const input of inputs(desk)) {
    if (input.value) draft.values[input.name] = input.value;
    else delete draft.values[input.name];
  }
  const capital = form.querySelector('[name="capital"]');
  if (capital instanceof HTMLInputElement && !capital.checked) draft.values.capital = "no";
  else delete draft.values.capital;
  draft.variant = variantOf(desk).id;
  if (one(root, ".pw-say-own").hidden) delete draft.own[language];
  else draft.own[language] = own(desk).value;
  one(root, ".pw-say-saved").textContent = words(keepDraft(place, draft) ? "saved" : "refused");
  drawLetter(desk);
}

/**
 * @param {Desk} desk
 * @param {string} text
 */
function openOwn(desk, text) {
  const { root } = desk;
  own(desk).value = text;
  one(root, ".pw-say-own").hidden = false;
  one(root, '[data-do="edit"]').hidden = true;
  one(root, '[data-do="restore"]').hidden = false;
}

/** @param {Desk} desk */
function closeOwn({ root }) {
  one(root, ".pw-say-own").hidden = true;
  one(root, '[data-do="edit"]').hidden = false;
  one(root, '[data-do="restore"]').hidden = true;
}

/** @param {Desk} desk @param {string} text */
function sayOf({ root }, text) {
  const status = one(root, ".pw-status");
  status.textContent = "";
  setTimeout(() => { status.textContent = text; }, 100);
  setTimeout(() => { status.textContent = ""; }, 5000);
}

/** @type {{[name: string]: (desk: Desk) => void}} */
const LETTER_DEEDS = {
  copy: (desk) => void copyText(desk),
  mail: (desk) => {
    const { subject, text } = written(desk);
    const line = subject ? `subject=${encodeURIComponent(subject)}&` : "";
    const link = document.createElement("a");
    link.href = `mailto:?${line}body=${encodeURIComponent(text.replace(/\n/g, "\r\n"))}`;
    link.click();
  },
  print: () => {
    // Only the letter: the page around it is for the one who writes it.
    document.documentElement.dataset.pwPrint = "letter";
    addEventListener("afterprint", () => { delete document.documentElement.dataset.pwPrint; }, { once: true });
    print();
  },
  download: (desk) => {
    const { subject, text } = written(desk);
    const head = subject ? `${desk.words("subject")}: ${subject}\n\n` : "";
    offerFile(`${desk.data.id}.txt`, "text/plain;charset=utf-8", `${head}${text}\n`);
  },
  edit: (desk) => {
    openOwn(desk, written(desk).text);
    changed(desk);
    own(desk).focus();
  },
  restore: (desk) => {
    closeOwn(desk);
    changed(desk);
    one(desk.root, '[data-do="edit"]').focus();
  },
  uncase: (desk) => {
    for (const input of inputs(desk)) {
      if (desk.taken.includes(input.name)) input.value = "";
    }
    desk.taken = [];
    one(desk.root, ".pw-say-case").hidden = true;
    changed(desk);
  },
  delete: (desk) => {
    // What was typed a moment ago must not be kept after all.
    clearTimeout(desk.timer);
    dropDraft(desk.place);
    desk.form.reset();
    closeOwn(desk);
    desk.draft = { values: {}, variant: "", own: {} };
    one(desk.root, ".pw-say-case").hidden = true;
    one(desk.root, ".pw-say-saved").textContent = "";
    drawLetter(desk);
    sayOf(desk, desk.words("deleted"));
  },
};

/** @param {Desk} desk */
async function copyText(desk) {
  const { text } = written(desk);
  try {
    await navigator.clipboard.writeText(text);
    sayOf(desk, desk.words("copied"));
  } catch {
    const { id } = variantOf(desk);
    getSelection()?.selectAllChildren(one(desk.root, `[data-variant="${id}"] .pw-letter__body`));
    sayOf(desk, desk.words("not_copied"));
  }
}
