/**
 * What is kept on the device for the pages of words: drafts, and the case a result left.
 * Storage may be refused or torn at any time; nothing here throws.
 *
 * @typedef {{key: string, area: () => Storage}} Shelf `area` may throw, as `window.localStorage` does
 * @typedef {{language: string, because: string[], measure: string, date: string}} Case
 * @typedef {{values: {[name: string]: string}, variant: string, own: {[language: string]: string}}} Draft
 */

const DRAFT_FORMAT = 1;
const LONGEST_DRAFT = 65536;

/**
 * @param {string} root the path of the whole site
 * @param {string} name
 * @returns {Shelf}
 */
export function shelf(root, name) {
  return { key: `partways:${root}:${name}`, area: () => localStorage };
}

/**
 * @param {Shelf} place
 * @returns {any} what lies there, if it can be read
 */
function lying({ key, area }) {
  try {
    const text = area().getItem(key);
    const found = text && text.length <= LONGEST_DRAFT ? JSON.parse(text) : null;
    return typeof found === "object" ? found : null;
  } catch {
    return null;
  }
}

/**
 * @param {any} value
 * @returns {{[name: string]: string}} its texts
 */
function texts(value) {
  /** @type {{[name: string]: string}} */
  const clean = Object.create(null);
  if (typeof value !== "object" || value === null) return clean;
  for (const [name, text] of Object.entries(value)) {
    if (typeof text === "string") clean[name] = text;
  }
  return clean;
}

/**
 * @param {Shelf} place
 * @returns {Draft}
 */
export function readDraft(place) {
  const found = lying(place);
  if (found?.format !== DRAFT_FORMAT) return { values: texts(null), variant: "", own: texts(null) };
  const variant = typeof found.variant === "string" ? found.variant : "";
  return { values: texts(found.values), variant, own: texts(found.own) };
}

/**
 * @param {Shelf} place
 * @param {Draft} draft
 * @returns {boolean} whether it is kept
 */
export function keepDraft({ key, area }, draft) {
  try {
    const text = JSON.stringify({ format: DRAFT_FORMAT, ...draft });
    area().setItem(key, text);
    return area().getItem(key) === text;
  } catch {
    return false;
  }
}

/** @param {Shelf} place */
export function dropDraft({ key, area }) {
  try {
    area().removeItem(key);
  } catch {
    // Nothing was kept then.
  }
}

/**
 * What the result left for this page. It is taken once: another client has another case.
 *
 * @param {Shelf} place
 * @returns {Case | null}
 */
export function takeCase(place) {
  const found = lying(place);
  dropDraft(place);
  if (!found || !Array.isArray(found.because)) return null;
  const { language, measure, date } = texts(found);
  const because = found.because.filter((/** @type {unknown} */ line) => typeof line === "string");
  return { language: language ?? "", because, measure: measure ?? "", date: date ?? "" };
}
