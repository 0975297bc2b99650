/**
 * Answers on the device, one record a questionnaire: {format, revision, n, answers}.
 *
 * Storage may be refused, full, torn or someone else's work at any time; nothing here throws.
 * What cannot be read is copied beside (":rescue") before anything is written over it, a newer
 * format is left alone, and a write counts only when it reads back.
 *
 * @typedef {import("./types.mjs").Answers} Answers
 * @typedef {{format: number, revision: string, n: number, answers: Answers}} Saved
 * @typedef {"saved" | "rescued" | "refused" | "newer"} Outcome "rescued": what was there could not be read
 * @typedef {{answers: Answers, n: number, revision: string, outcome: Outcome}} Opened
 * @typedef {{key: string, area: () => Storage}} Store `area` may throw, as `window.localStorage` does
 */

const RECORD_FORMAT = 1;
/** Longer than any record of ours; not parsed. */
const LONGEST_RECORD = 65536;

/**
 * All sites of one account share a store, so the site's path is in the key; the language is not.
 *
 * @param {string} root the path of the whole site, "/partways/"
 * @param {string} questionnaire
 * @param {() => Storage} area
 * @returns {Store}
 */
export function storeFor(root, questionnaire, area) {
  return { key: `partways:${root}:${questionnaire}`, area };
}

/**
 * @param {Store} store
 * @returns {Opened}
 */
export function open(store) {
  /** @param {Outcome} outcome @returns {Opened} */
  const empty = (outcome) => ({ answers: Object.create(null), n: 0, revision: "", outcome });
  try {
    const text = store.area().getItem(store.key);
    if (text === null) return empty("saved");
    const saved = parse(text);
    if (saved === "newer") return empty(saved);
    if (saved) return { ...saved, outcome: "saved" };
    rescue(store, text);
    return empty("rescued");
  } catch {
    return empty("refused");
  }
}

/**
 * Applies a change to what is stored *now*, which a second tab may have written a moment ago.
 *
 * @param {Store} store
 * @param {string} revision of the questionnaire on this page
 * @param {{[question: string]: string | null}} change `null` takes an answer away
 * @param {Answers} [base] replaces all that is stored
 * @returns {Opened}
 */
export function save({ key, area }, revision, change, base) {
  const before = open({ key, area });
  if (before.outcome === "refused" || before.outcome === "newer") return before;
  const answers = Object.assign(Object.create(null), base ?? before.answers, change);
  for (const question in change) if (change[question] === null) delete answers[question];
  const saved = { format: RECORD_FORMAT, revision, n: before.n + 1, answers };
  const text = JSON.stringify(saved);
  try {
    area().setItem(key, text);
    if (area().getItem(key) === text) return { ...saved, outcome: "saved" };
  } catch {
    // Told by the outcome.
  }
  return { ...saved, outcome: "refused" };
}

/**
 * Takes away the answers, their rescued copies and what they led to, and nothing else.
 *
 * @param {Store} store
 * @returns {boolean}
 */
export function forget(store) {
  try {
    const area = store.area();
    area.removeItem(left(store));
    for (const key of Object.keys(area)) {
      if (key === store.key || key.startsWith(`${store.key}:rescue`)) area.removeItem(key);
    }
    return area.getItem(store.key) === null;
  } catch {
    return false;
  }
}

/**
 * @param {string} text as stored or as in a file
 * @returns {Saved & {questionnaire?: unknown} | "newer" | null}
 */
export function parse(text) {
  if (text.length > LONGEST_RECORD) return null;
  try {
    const saved = JSON.parse(text);
    const { format, revision, n, answers } = saved;
    if (Number.isInteger(format) && format > RECORD_FORMAT) return "newer";
    const options = Object.values(answers);
    const fits =
      format === RECORD_FORMAT &&
      typeof revision === "string" &&
      // Not only a safe one: the largest of those would be followed by one that cannot be read.
      Number.isInteger(n) &&
      n >= 0 &&
      !Array.isArray(answers) &&
      options.every((option) => typeof option === "string");
    return fits ? { ...saved, answers: Object.assign(Object.create(null), answers) } : null;
  } catch {
    return null;
  }
}

/**
 * @param {Store} store
 * @param {string} text
 */
function rescue(store, text) {
  const area = store.area();
  let key = `${store.key}:rescue`;
  for (let k = 2; (area.getItem(key) ?? text) !== text; k += 1) key = `${store.key}:rescue${k}`;
  area.setItem(key, text);
  // No room for a copy: then the only copy must not be written over, which "refused" sees to.
  if (area.getItem(key) !== text) throw new Error("store: the rescued copy does not read back");
}

/** @param {Store} store @returns {string} the key by which a page of words takes what was left */
const left = ({ key }) => key.replace(/[^:]*$/, "case");

/**
 * Puts something down for another page of ours.
 *
 * @param {Store} store
 * @param {object} value
 */
export function leave(store, value) {
  try {
    store.area().setItem(left(store), JSON.stringify(value));
  } catch {
    // Then the other page starts empty.
  }
}
