/**
 * The few sentences with blanks that the script fills; they stand in the page, in its language.
 *
 * @typedef {(key: string, values?: {[name: string]: string | number}) => string} Words
 *   `n` among the values picks the plural form
 */

/**
 * @param {{textContent: string | null}} element JSON: a text, or the forms of what is counted, by key
 * @param {string} language
 * @returns {Words}
 */
export function wordsOf({ textContent }, language) {
  /** @type {Intl.PluralRules | undefined} */
  let plurals;
  /** @type {{[key: string]: string | {[form: string]: string}}} */
  const texts = JSON.parse(textContent ?? "");
  return (key, values = {}) => {
    // Made when it is first needed: it costs more than all the rest of a start.
    const form = () => (plurals ??= new Intl.PluralRules(language)).select(Number(values.n));
    const said = texts[key];
    // One that is not in the page is a mistake of ours, and stops here.
    const text = /** @type {string} */ (typeof said === "object" ? said[form()] : said);
    return text.replace(/\{(\w+)\}/g, (blank, name) => String(values[name] ?? blank));
  };
}

/**
 * @param {string[]} texts
 * @param {string} language
 * @returns {string} "a, b and c"
 */
export function listed(texts, language) {
  return new Intl.ListFormat(language).format(texts);
}
