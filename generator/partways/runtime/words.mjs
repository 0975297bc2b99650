/**
 * The few sentences with blanks that the script fills; they stand in the page, in its language.
 *
 * @typedef {(key: string, values?: {[name: string]: string | number}) => string} Words
 *   `n` among the values picks the plural form
 */

/**
 * @param {HTMLTemplateElement} template
 * @param {string} language
 * @returns {Words}
 */
export function wordsOf(template, language) {
  const plurals = new Intl.PluralRules(language);
  /** @type {Map<string, string>} */
  const texts = new Map();
  for (const { dataset, textContent } of /** @type {any} */ (template.content.querySelectorAll("i"))) {
    texts.set(dataset.key + (dataset.plural ?? ""), textContent);
  }
  return (key, values = {}) => {
    const text = texts.get(key + ("n" in values ? plurals.select(Number(values.n)) : ""));
    if (text === undefined) throw new Error(`words: "${key}" is not in the page`);
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
