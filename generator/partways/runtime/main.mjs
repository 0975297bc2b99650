/**
 * The only module that acts when it is loaded: starts every questionnaire of a page by itself.
 * A fault in one of them leaves its form as it works without a script, and the others alone.
 *
 * @typedef {import("./types.mjs").Answers} Answers
 * @typedef {import("./types.mjs").Program} Program
 * @typedef {import("./form.mjs").Change} Change
 */
import { FORMAT, assess, glance } from "./scoring.mjs";
import { decode, vocabulary } from "./codec.mjs";
import { calendarFile, dateText, shift } from "./calendar.mjs";
import { all, one } from "./dom.mjs";
import { changeIn, countKept, nameOf, readAnswers, refreshForm, showStep, stepOf, writeAnswers } from "./form.mjs";
import { answersFile, readFile, shareLink } from "./files.mjs";
import { offerFile } from "./offer.mjs";
import { caseOf, fillResult, verdictTitle } from "./result.mjs";
import { forget, open, save, storeFor } from "./store.mjs";
import { listed, wordsOf } from "./words.mjs";

/**
 * @typedef {object} Page one questionnaire at work
 * @property {HTMLElement} root
 * @property {HTMLFormElement} form
 * @property {HTMLElement} result
 * @property {Program} program
 * @property {import("./words.mjs").Words} words
 * @property {string} language
 * @property {import("./store.mjs").Store} store
 * @property {number} n counter of the record this page shows
 * @property {Answers | null} shared answers of a link or file, shown without touching one's own
 * @property {Set<string>} told notices that stand on the page; each is said once
 */

class PartwaysAssessment extends HTMLElement {
  /** @type {AbortController | null} */
  #life = null;

  connectedCallback() {
    this.#life?.abort();
    this.#life = new AbortController();
    try {
      start(this, this.#life.signal);
    } catch (error) {
      console.error(`partways: ${this.dataset.questionnaire}:`, error);
    }
  }

  disconnectedCallback() {
    this.#life?.abort();
  }
}

/**
 * @param {HTMLElement} root
 * @param {AbortSignal} signal ends with the element
 */
function start(root, signal) {
  /** @type {Program} */
  const program = JSON.parse(one(root, ".pw-program").textContent ?? "");
  if (program.format !== FORMAT || program.revision !== root.dataset.revision) {
    throw new Error("the program in the page and this script are of different releases");
  }
  const language = root.dataset.language ?? "en";
  const site = new URL(root.dataset.root ?? "/", location.href).pathname;
  /** @type {Page} */
  const page = {
    root,
    form: /** @type {HTMLFormElement} */ (one(root, ".pw-form")),
    result: one(root, ".pw-result"),
    program,
    words: wordsOf(/** @type {HTMLTemplateElement} */ (one(root, ".pw-phrases")), language),
    language,
    store: storeFor(site, program.id, () => localStorage),
    n: 0,
    shared: null,
    told: new Set(),
  };
  restore(page);
  root.classList.add("pw-on");
  for (const since of all(page.form, ".pw-since")) {
    const date = dateText(shift(new Date(), `-${since.dataset.window}`), language);
    since.textContent = `(${page.words("since", { date })})`;
  }
  page.form.addEventListener("change", ({ target }) => answered(page, changeIn(target)), { signal });
  root.addEventListener("click", (event) => clicked(page, event), { signal });
  one(root, ".pw-file input").addEventListener("change", (event) => brought(page, event), { signal });
  addEventListener("storage", (event) => elsewhere(page, event), { signal });
  addEventListener("popstate", () => route(page), { signal });
  addEventListener("hashchange", () => route(page), { signal });
  route(page);
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
  const known = new Set(vocabulary(program).map((pair) => pair.join(".")));
  const unfit = Object.entries(before.answers).filter((pair) => !known.has(pair.join(".")));
  if (unfit.length && before.revision !== program.revision) {
    const names = unfit.map(([question]) => nameOf(form, question.split(".")[0] ?? ""));
    notice(page, words("dropped", { n: unfit.length, list: listed(names, language) }));
  }
  if (before.rescued) notice(page, words("rescued"));
  adopt(page, Object.keys(early).length ? save(store, program.revision, early) : before);
}

/**
 * Shows the record as it now is, and says once what is wrong with it.
 *
 * @param {Page} page
 * @param {import("./store.mjs").Opened} record
 */
function adopt(page, { answers, n, outcome }) {
  const { root, form, words } = page;
  if (outcome === "saved") {
    page.n = n;
    writeAnswers(form, answers);
  } else notice(page, words(outcome));
  one(root, ".pw-saved").hidden = outcome !== "saved";
  refresh(page);
}

/**
 * @param {Page} page
 */
function refresh(page) {
  const { root, form, program, words } = page;
  const answers = readAnswers(form);
  const { off, points } = glance(program, answers);
  const fresh = refreshForm(root, form, answers, off, words);
  // The one thing that is said while answering: help that cannot wait.
  if (fresh.length) say(page, fresh.map((card) => one(card, ".pw-card__title").textContent).join(" "), true);
  countKept(form, answers, words);
  program.dimensions.forEach(({ id }, place) => {
    const hook = root.querySelector(`[data-score="${id}"]`);
    if (hook) hook.textContent = String(points[place]);
  });
}

/**
 * @param {Page} page
 * @param {Change | null} change
 */
function answered(page, change) {
  if (!change) return;
  const { store, program } = page;
  adopt(page, save(store, program.revision, change));
}

/**
 * Another tab wrote; the newer record wins.
 *
 * @param {Page} page
 * @param {StorageEvent} event
 */
function elsewhere(page, { key, newValue }) {
  if (key !== page.store.key && key !== null) return;
  const record = open(page.store);
  if (record.outcome === "saved" && (newValue === null || record.n > page.n)) adopt(page, record);
}

/**
 * @param {Page} page
 * @param {MouseEvent} event
 */
function clicked(page, event) {
  const target = event.target instanceof Element ? event.target.closest("[data-do], [data-clear], [data-goto], [data-words] a") : null;
  if (!(target instanceof HTMLElement)) return;
  if (target instanceof HTMLAnchorElement && !target.dataset.goto) {
    remember(page, target);
    return;
  }
  const { do: deed = "", clear, goto: item } = target.dataset;
  if (clear) {
    answered(page, { [clear]: null });
    for (const input of all(page.form, `[name="${clear}"]`)) /** @type {HTMLInputElement} */ (input).checked = false;
    refresh(page);
    one(page.form, `[name="${clear}"]`).focus();
  } else if (item) {
    event.preventDefault();
    go(page, { view: "form", step: stepOf(page.form, item) });
    one(page.form, `[name="${item}"]`).focus();
  } else DEEDS[deed]?.(page);
}

/**
 * Leaves for the page of a text what led to it, so that the letter can be filled in.
 *
 * @param {Page} page
 * @param {HTMLElement} link
 */
function remember({ result, program, language, store }, link) {
  try {
    const key = store.key.replace(/[^:]*$/, "case");
    const line = /** @type {HTMLElement} */ (link.closest("[data-words]"));
    store.area().setItem(key, JSON.stringify({ questionnaire: program.id, language, ...caseOf(result, line) }));
  } catch {
    // Without storage the letter starts empty.
  }
}

/** @type {{[name: string]: (page: Page) => void}} */
const DEEDS = {
  back: () => history.back(),
  next: (page) => go(page, { view: "form", step: Number(page.root.dataset.step) + 1 }),
  result: (page) => go(page, { view: "result", step: Number(page.root.dataset.step) }),
  change: (page) => go(page, { view: "form", step: 0 }),
  print: () => print(),
  download: (page) => {
    const { program } = page;
    offerFile(`${program.id}-answers.json`, "application/json", answersFile(program, shown(page)));
  },
  calendar: (page) => addToCalendar(page),
  copy: (page) => copyLink(page),
  leave: (page) => {
    page.shared = null;
    go(page, { view: "form", step: 0 });
  },
  adopt: (page) => {
    const { store, program, shared } = page;
    if (!shared) return;
    page.shared = null;
    writeAnswers(page.form, shared);
    adopt(page, save(store, program.revision, {}, shared));
    go(page, { view: "result", step: 0 });
  },
  "ask-delete": ({ root }) => {
    one(root, ".pw-confirm").hidden = false;
    one(root, ".pw-confirm button").focus();
  },
  keep: ({ root }) => {
    one(root, ".pw-confirm").hidden = true;
    one(root, '[data-do="ask-delete"]').focus();
  },
  delete: (page) => {
    const { root, store, words } = page;
    forget(store);
    page.n = 0;
    writeAnswers(page.form, {});
    one(root, ".pw-confirm").hidden = true;
    refresh(page);
    go(page, { view: "form", step: 0 });
    say(page, words("deleted"));
  },
};

/** @param {Page} page @returns {Answers} the answers whose result is on the screen */
function shown({ shared, form }) {
  return shared ?? readAnswers(form);
}

/**
 * A place in the questionnaire that the browser's own Back returns from.
 *
 * @typedef {{view: "form" | "result", step: number}} Place
 * @param {Page} page
 * @param {Place} place
 */
function go(page, place) {
  const bare = location.href.replace(/#p\d.*$/s, "");
  history.pushState({ ...history.state, [page.program.id]: place }, "", page.shared ? undefined : bare);
  display(page, place, true);
}

/**
 * Shows what the address and the history say: a shared result, or the place last seen.
 *
 * @param {Page} page
 */
function route(page) {
  const { program, words } = page;
  const { kind, answers, lost } = decode(program, location.hash);
  if (kind === "answers") {
    if (lost) notice(page, words("lost", { n: lost }));
    share(page, answers, "link_shared");
    return;
  }
  if (kind !== "none") notice(page, words(`link_${kind}`));
  page.shared = null;
  const { view = "form", step = 0 } = history.state?.[program.id] ?? {};
  const moved = page.root.dataset.view !== undefined && (page.root.dataset.view !== view || page.root.dataset.step !== String(step));
  display(page, { view, step }, moved);
}

/**
 * @param {Page} page
 * @param {Answers} answers
 * @param {string} words what is said above the result
 */
function share(page, answers, words) {
  page.shared = answers;
  one(page.result, ".pw-shared__text").textContent = page.words(words);
  display(page, { view: "result", step: 0 }, true);
}

/**
 * @param {Page} page
 * @param {Place} place
 * @param {boolean} focus whether the reader moved, and reads on at the heading
 */
function display(page, { view, step }, focus) {
  const { root, form, result, program, words, language, shared } = page;
  root.dataset.view = view;
  const at = showStep(root, form, step, words);
  result.hidden = view !== "result";
  one(root, ".pw-desk").hidden = view === "result";
  one(result, ".pw-shared").hidden = !shared;
  one(result, '[data-do="change"]').hidden = Boolean(shared);
  if (view === "result") {
    const answers = shown(page);
    fillResult({ result, form, program, words, language, now: new Date() }, assess(program, answers), answers);
    const field = /** @type {HTMLInputElement} */ (one(result, ".pw-share__link"));
    field.value = shareLink(program, answers, location);
  }
  if (!focus) return;
  const heading = view === "result"
    ? result.querySelector(".pw-verdict:not([hidden]) .pw-title")
    : all(form, ".pw-section__title")[at];
  if (heading instanceof HTMLElement) {
    heading.focus({ preventScroll: true });
    (view === "result" ? root : heading).scrollIntoView();
  }
}

/**
 * @param {Page} page
 * @param {Event} event
 */
async function brought(page, { target }) {
  const input = /** @type {HTMLInputElement} */ (target);
  const file = input.files?.[0];
  if (!file) return;
  const answers = await readFile(page.program, file);
  input.value = "";
  if (answers) share(page, answers, "file_shared");
  else notice(page, page.words("file_bad"));
}

/** @param {Page} page */
async function copyLink(page) {
  const field = /** @type {HTMLInputElement} */ (one(page.result, ".pw-share__link"));
  field.select();
  try {
    await navigator.clipboard.writeText(field.value);
    say(page, page.words("copied"));
  } catch {
    say(page, page.words("not_copied"));
  }
}

/** @param {Page} page */
function addToCalendar(page) {
  const { root, result, program, words } = page;
  const line = result.querySelector("[data-again]:not([hidden])");
  const verdict = result.querySelector("[data-verdict]:not([hidden])");
  if (!(line instanceof HTMLElement) || !(verdict instanceof HTMLElement)) return;
  const now = new Date();
  const text = calendarFile({
    id: program.id,
    date: shift(now, line.dataset.again ?? ""),
    title: words("again", { title: root.dataset.title ?? program.id }),
    text: verdictTitle(result, verdict.dataset.verdict ?? ""),
    now,
  });
  offerFile(`${program.id}.ics`, "text/calendar", text);
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
  setTimeout(() => { status.textContent = text; }, 100);
  setTimeout(() => { status.textContent = ""; }, 6000);
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
