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
  /** @type {Intl.PluralRules | undefined} */
  let plurals;
  /** @type {Map<string, string>} */
  const texts = new Map();
  for (const { dataset, textContent } of /** @type {any} */ (template.content.querySelectorAll("i"))) {
    texts.set(dataset.key + (dataset.plural ?? ""), textContent);
  }
  return (key, values = {}) => {
    // Made when it is first needed: it costs more than all the rest of a start.
    const form = "n" in values ? (plurals ??= new Intl.PluralRules(language)).select(Number(values.n)) : "";
    const text = texts.get(key + form);
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
