/**
 * The only module that acts when it is loaded: starts every questionnaire of a page by itself.
 * A fault in one of them leaves its form as it works without a script, and the others alone.
 *
 * @typedef {import("./types.mjs").Answers} Answers
 * @typedef {import("./types.mjs").Program} Program
 * @typedef {import("./store.mjs").Opened} Opened
 *
 * @typedef {object} Page one questionnaire at work
 * @property {HTMLElement} root
 * @property {HTMLFormElement} form
 * @property {Program} program
 * @property {import("./words.mjs").Words} words
 * @property {string} language
 * @property {import("./store.mjs").Store} store
 * @property {number} n counter of the record this page shows
 * @property {Answers | null} shared answers of a link or file, shown without touching one's own
 * @property {number} soon the timer of a result that is made before it is asked for
 * @property {string} done what the result in the page was made of
 * @property {Set<string>} told notices that stand on the page; each is said once
 *
 * @typedef {{view: "form" | "result", step: number}} Place that the browser's own Back returns to
 */
import { assess, glance } from "./scoring.mjs";
import { decode, vocabulary } from "./codec.mjs";
import { calendarFile, dateText, shift } from "./calendar.mjs";
import { all, one } from "./dom.mjs";
import { changeIn, nameOf, readAnswers, refreshForm, showStep, stepOf, writeAnswers } from "./form.mjs";
import { answersFile, readFile, shareLink } from "./files.mjs";
import { offerFile } from "./offer.mjs";
import { caseOf, fillResult } from "./result.mjs";
import { forget, leave, open, save, storeFor } from "./store.mjs";
import { listed, wordsOf } from "./words.mjs";

/** @type {Place} */
const START = { view: "form", step: 0 };

class PartwaysAssessment extends HTMLElement {
  connectedCallback() {
    // A theme may move the element about.
    if (this.classList.contains("pw-on")) return;
    try {
      start(this);
    } catch (error) {
      console.error(`partways: ${this.dataset.questionnaire}:`, error);
    }
  }
}

/** @param {HTMLElement} root */
function start(root) {
  const { revision, language = "en", root: site = "/" } = root.dataset;
  /** @type {Program} */
  const program = JSON.parse(one(root, ".pw-program").textContent ?? "");
  if (program.revision !== revision) throw new Error("different releases");
  const form = /** @type {HTMLFormElement} */ (one(root, ".pw-form"));
  const path = new URL(site, location.href).pathname;
  /** @type {Page} */
  const page = {
    root,
    form,
    program,
    words: wordsOf(one(root, ".pw-phrases"), language),
    language,
    store: storeFor(path, program.id, () => localStorage),
    n: 0,
    shared: null,
    soon: 0,
    done: "",
    told: new Set(),
  };
  restore(page);
  form.addEventListener("change", ({ target }) => keep(page, changeIn(target)));
  root.addEventListener("click", (event) => clicked(page, event));
  one(root, ".pw-file input").addEventListener("change", (event) => brought(page, event));
  /** @param {{key: string | null, newValue: string | null}} change */
  const heard = ({ key, newValue }) => {
    // Another tab wrote: the newer record wins. No key: everything was deleted.
    const record = open(page.store);
    const isOurs = key === null || key === page.store.key;
    if (isOurs && record.outcome === "saved" && (!newValue || record.n > page.n)) adopt(page, record);
  };
  // To hear of it, a page connects to all others: not while its first answer waits for that.
  setTimeout(() => {
    addEventListener("storage", heard);
    heard({ key: null, newValue: "perhaps" });
  }, 200);
  addEventListener("popstate", () => route(page));
  addEventListener("hashchange", () => route(page));
  route(page);
  root.classList.add("pw-on");
  // A link into the page is followed once all parts have their height.
  if (location.hash) root.dataset.rests = "";
  later(200, () => {
    root.dataset.rests = "";
    // A browser's first date costs more than all the rest of a start.
    for (const since of all(form, ".pw-since")) {
      const date = dateText(shift(new Date(), `-${since.dataset.window}`), language);
      since.textContent = `(${page.words("since", { date })})`;
    }
  });
}

/** @param {number} wait @param {() => void} task that nobody waits for */
const later = (wait, task) => setTimeout(self.requestIdleCallback ?? setTimeout, wait, task);

/**
 * @param {Page} page
 * @returns {string} the link to the result, which is in the page now
 */
function work(page) {
  const { root, form, program, words, language, shared } = page;
  const answers = shared ?? readAnswers(form);
  const of = new Date().toDateString() + JSON.stringify(answers);
  if (page.done !== of) {
    unfold(root);
    fillResult({ root, form, program, words, language }, assess(program, answers), answers);
    page.done = of;
  }
  return shareLink(program, answers, location);
}

/**
 * The result lies in the page as a text, which costs nothing until it is an element.
 *
 * @param {HTMLElement} root
 */
function unfold(root) {
  const held = root.querySelector(".pw-held");
  held?.replaceWith(document.createRange().createContextualFragment(held.textContent ?? ""));
}

/**
 * What was saved, and on top of it what was answered before this script arrived.
 *
 * @param {Page} page
 */
function restore(page) {
  const { form, program, store, words, language } = page;
  const early = readAnswers(form);
  const before = open(store);
  if (before.revision && before.revision !== program.revision) {
    const fits = new Set(vocabulary(program).map((pair) => pair.join(".")));
    const unfit = Object.entries(before.answers).filter((pair) => !fits.has(pair.join(".")));
    const names = unfit.map(([question]) => nameOf(form, question.replace(/\..*/s, "")));
    const n = names.length;
    if (n) notice(page, words("dropped", { n, list: listed(names, language) }));
  }
  if (before.outcome === "rescued") notice(page, words(before.outcome));
  if (Object.keys(early).length) keep(page, early);
  else adopt(page, before);
}

/**
 * Saves a change, or everything that is in the form.
 *
 * @param {Page} page
 * @param {import("./form.mjs").Change} change
 * @param {Answers} [base]
 */
function keep(page, change, base) {
  adopt(page, save(page.store, page.program.revision, change, base));
  // Made unseen while nobody waits for it, a result is there when it is asked for.
  clearTimeout(page.soon);
  page.soon = later(400, () => page.root.dataset.view === "form" && work(page));
}

/**
 * Shows the record as it now is, and says once what is wrong with it.
 *
 * @param {Page} page
 * @param {Opened} record
 */
function adopt(page, { answers, n, outcome }) {
  const { root, form, program, words } = page;
  const isSaved = outcome === "saved" || outcome === "rescued";
  if (isSaved) {
    page.n = n;
    writeAnswers(form, answers);
  } else notice(page, words(outcome));
  one(root, ".pw-saved").hidden = !isSaved;
  const given = readAnswers(form);
  const { off, points } = glance(program, given);
  const fresh = refreshForm(root, form, given, off, words);
  // The one thing that is said while answering: help that cannot wait.
  if (fresh[0]) say(page, one(fresh[0], ".pw-card__title").textContent ?? "", true);
  for (const hook of all(root, "[data-score]")) {
    hook.textContent = String(points[program.dimensions.findIndex(({ id }) => id === hook.dataset.score)]);
  }
}

/**
 * @param {Page} page
 * @param {Event} event
 */
function clicked(page, event) {
  const target = /** @type {Element} */ (event.target).closest("[data-do], [data-clear], [data-goto]");
  if (!(target instanceof HTMLElement)) return;
  const { do: deed = "", clear, goto: item } = target.dataset;
  const { form } = page;
  if (clear) {
    for (const input of all(form, `[name="${clear}"]`)) /** @type {HTMLInputElement} */ (input).checked = false;
    keep(page, { [clear]: null });
    one(form, `[name="${clear}"]`).focus();
  }
  if (item) {
    event.preventDefault();
    go(page, { view: "form", step: stepOf(form, item) }, one(form, `[name="${item}"]`));
  }
  DEEDS[deed]?.(page, target);
}

/** @type {{[name: string]: (page: Page, target: HTMLElement) => void}} */
const DEEDS = {
  back: () => history.back(),
  next: (page) => go(page, { view: "form", step: Number(page.root.dataset.step) + 1 }),
  result: (page) => go(page, { view: "result", step: Number(page.root.dataset.step) }),
  change: (page) => go(page, START),
  print: () => print(),
  download: (page) => {
    const { program } = page;
    offerFile(`${program.id}-answers.json`, "application/json", answersFile(program, shown(page)));
  },
  // What led to a text goes to its page by the device, so that the letter can be filled in.
  words: ({ root, language, store }, { parentElement }) => {
    if (parentElement) leave(store, { language, ...caseOf(root, parentElement) });
  },
  calendar: (page) => addToCalendar(page),
  copy: (page) => copyLink(page),
  leave: (page) => {
    page.shared = null;
    go(page, START);
  },
  adopt: (page) => {
    const answers = shown(page);
    page.shared = null;
    writeAnswers(page.form, answers);
    keep(page, {}, answers);
    go(page, { view: "result", step: 0 });
  },
  "ask-delete": (page) => confirming(page, true),
  keep: (page) => confirming(page, false),
  delete: (page) => {
    forget(page.store);
    writeAnswers(page.form, {});
    adopt(page, open(page.store));
    confirming(page, false);
    go(page, START);
    say(page, page.words("deleted"));
  },
};

/** @param {Page} page @param {boolean} asks */
function confirming({ root }, asks) {
  one(root, ".pw-confirm").hidden = !asks;
  one(root, asks ? ".pw-confirm button" : '[data-do="ask-delete"]').focus();
}

/** @param {Page} page @returns {Answers} the answers whose result is on the screen */
const shown = ({ shared, form }) => shared ?? readAnswers(form);

/**
 * @param {Page} page
 * @param {Place} place
 * @param {HTMLElement} [target] where to read on, if not at the heading
 */
function go(page, place, target) {
  const { id } = page.program;
  const { view, step } = page.root.dataset;
  // Where one was, for the way back; not at the start, where it would cost the first answer time.
  if (!history.state?.[id]) history.replaceState({ ...history.state, [id]: { view, step: Number(step) } }, "");
  const address = page.shared ? "" : location.href.replace(/#p\d.*/s, "");
  history.pushState({ ...history.state, [id]: place }, "", address || undefined);
  display(page, place, true, target);
}

/**
 * Shows what the address and the history say: a shared result, or the place last seen.
 *
 * @param {Page} page
 */
function route(page) {
  const { root, program, words } = page;
  const { kind, answers, lost } = decode(program, location.hash);
  if (kind === "answers") {
    if (lost) notice(page, words("lost", { n: lost }));
    share(page, answers, "link_shared");
    return;
  }
  if (kind !== "none") notice(page, words(`link_${kind}`));
  page.shared = null;
  const { view, step = 0 } = root.dataset;
  /** @type {Place | undefined} */
  const kept = history.state?.[program.id];
  // An entry without a place is the first, or a link to a part of the form.
  const place = kept ?? (view ? { view: "form", step: Number(step) } : START);
  display(page, place, view !== undefined && (place.view !== view || place.step !== Number(step)));
}

/**
 * @param {Page} page
 * @param {Answers} answers
 * @param {string} key of what is said above the result
 */
function share(page, answers, key) {
  page.shared = answers;
  unfold(page.root);
  one(page.root, ".pw-shared p").textContent = page.words(key);
  display(page, { view: "result", step: 0 }, true);
}

/**
 * @param {Page} page
 * @param {Place} place
 * @param {boolean} moved whether the reader came here just now, and reads on at the heading
 * @param {HTMLElement} [target] or there
 */
function display(page, { view, step }, moved, target) {
  const { root, form, words, shared } = page;
  const isResult = view === "result";
  let heading = showStep(root, form, step, words);
  root.dataset.view = view;
  one(root, ".pw-desk").hidden = isResult;
  if (isResult) {
    const link = work(page);
    /** @type {HTMLInputElement} */ (one(root, ".pw-share__link")).value = link;
    one(root, ".pw-shared").hidden = !shared;
    one(root, '[data-do="change"]').hidden = shared !== null;
    heading = one(root, ".pw-verdict:not([hidden]) .pw-title");
  }
  for (const result of all(root, ".pw-result")) result.hidden = !isResult;
  if (!moved) return;
  // With the frame, which lays the page out anyway.
  requestAnimationFrame(() => {
    (target ?? heading).focus({ preventScroll: true });
    (target?.closest("fieldset") ?? (isResult ? root : heading)).scrollIntoView();
  });
}

/**
 * @param {Page} page
 * @param {Event} event
 */
async function brought(page, { target }) {
  const input = /** @type {HTMLInputElement} */ (target);
  const file = input.files?.[0];
  const answers = file && (await readFile(page.program, file));
  input.value = "";
  if (answers) share(page, answers, "file_shared");
  else if (file) notice(page, page.words("file_bad"));
}

/** @param {Page} page */
async function copyLink(page) {
  const field = /** @type {HTMLInputElement} */ (one(page.root, ".pw-share__link"));
  field.select();
  try {
    await navigator.clipboard.writeText(field.value);
    say(page, page.words("copied"));
  } catch {
    say(page, page.words("not_copied"));
  }
}

/** @param {Page} page */
function addToCalendar({ root, program: { id }, words }) {
  const now = new Date();
  const date = shift(now, one(root, "[data-again]:not([hidden])").dataset.again ?? "");
  const text = one(root, ".pw-verdict:not([hidden]) .pw-title").textContent ?? "";
  const title = words("again", { title: root.dataset.title ?? id });
  offerFile(`${id}.ics`, "text/calendar", calendarFile({ id, date, title, text, now }));
}

/**
 * Says something in the one place that screen readers listen to.
 *
 * @param {Page} page
 * @param {string} text
 * @param {boolean} [unseen] whether it is on the screen anyway
 */
function say({ root }, text, unseen = false) {
  const status = one(root, ".pw-status");
  status.classList.toggle("pw-unseen", unseen);
  // The same text twice is only heard when it went away in between.
  status.textContent = "";
  setTimeout(() => (status.textContent = text), 100);
  setTimeout(() => (status.textContent = ""), 6000);
}

/**
 * Says something and leaves it on the page.
 *
 * @param {Page} page
 * @param {string} text
 */
function notice(page, text) {
  if (page.told.has(text)) return;
  page.told.add(text);
  const place = one(page.root, ".pw-notice");
  place.textContent = [...page.told].join(" ");
  place.hidden = false;
  say(page, text);
}

if (!customElements.get("partways-assessment")) customElements.define("partways-assessment", PartwaysAssessment);
