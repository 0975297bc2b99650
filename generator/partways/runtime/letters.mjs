/**
 * A letter from its parts and what was filled in. It knows no page; `bank.py` does the same.
 *
 * @typedef {object} Blank
 * @property {string} label
 * @property {"text" | "lines" | "date" | "sum" | "name"} kind
 * @property {1} [optional]
 * @property {"because" | "measure" | "date"} [from]
 *
 * @typedef {{[field: string]: Blank}} Blanks
 * @typedef {{[field: string]: string}} Values as typed, or as they are said
 * @typedef {{subject: string, parts: Array<[name: string, text: string]>}} Letter
 * @typedef {object} Data
 * @property {string} id
 * @property {string[]} needs
 * @property {Blanks} fields
 * @property {{[channel: string]: {[tone: string]: Letter}}} letters
 *
 * @typedef {{name: string, text: string}} Said
 */

const FALLBACK = "_none";

/**
 * @param {string} text
 * @returns {string[]} the fields it uses
 */
export function fieldsIn(text) {
  return [...new Set([...text.matchAll(/\{(\w+)\}/g)].map((match) => match[1] ?? ""))];
}

/**
 * The parts that are sent: one that uses a blank optional field is left out, and `X_none` stands in
 * for `X` then.
 *
 * @param {Letter} letter
 * @param {Blanks} fields
 * @param {Values} values as they are said
 * @returns {Said[]}
 */
export function compose({ parts }, fields, values) {
  /** @param {string} text */
  const isOut = (text) => fieldsIn(text).some((name) => fields[name]?.optional && !values[name]);
  const texts = new Map(parts);
  return parts
    .filter(([name, text]) => {
      const partner = name.endsWith(FALLBACK) ? texts.get(name.slice(0, -FALLBACK.length)) : undefined;
      return !isOut(text) && (partner === undefined || isOut(partner));
    })
    .map(([name, text]) => ({ name, text: fill(text, fields, values) }));
}

/**
 * A value that ends in a full stop brings its own; a blank is `[label]`.
 *
 * @param {string} text
 * @param {Blanks} fields
 * @param {Values} values as they are said
 * @returns {string}
 */
export function fill(text, fields, values) {
  return text.replace(/\{(\w+)\}(\.?)/g, (_, name, stop) => {
    const value = values[name] || `[${fields[name]?.label ?? name}]`;
    return value.endsWith(".") ? value : value + stop;
  });
}

/**
 * @param {Said[]} parts
 * @returns {string[]} the needs that are met by having a part of that name
 */
export function met(parts) {
  return parts.map(({ name }) => (name.endsWith(FALLBACK) ? name.slice(0, -FALLBACK.length) : name));
}

/**
 * @param {string} value as typed
 * @param {string} kind
 * @param {string} language
 * @returns {string} as a letter says it
 */
export function shown(value, kind, language) {
  // Our English is the one of Europe: 21 January 2027.
  const locale = language === "en" ? "en-GB" : language;
  const text = value.trim();
  if (kind === "date" && /^\d{4}-\d{2}-\d{2}$/.test(text)) {
    const day = new Date(`${text}T00:00:00Z`);
    return Number.isNaN(day.getTime())
      ? text
      : new Intl.DateTimeFormat(locale, { dateStyle: "long", timeZone: "UTC" }).format(day);
  }
  const sum = kind === "sum" ? /^(\d[\d\s]*(?:[.,]\d{1,2})?)(?:\s+([A-Z]{3}))?$/.exec(text) : null;
  if (!sum) return text;
  const amount = Number((sum[1] ?? "").replace(/\s/g, "").replace(",", "."));
  if (!sum[2]) return new Intl.NumberFormat(locale).format(amount);
  const digits = Number.isInteger(amount) ? 0 : 2;
  return new Intl.NumberFormat(locale, {
    style: "currency", currency: sum[2], minimumFractionDigits: digits, maximumFractionDigits: digits,
  }).format(amount);
}

/**
 * Formal address with small letters, but for the start of a sentence.
 *
 * @param {string} text
 * @param {string} forms the pattern of what is written with a capital
 * @returns {string}
 */
export function small(text, forms) {
  if (!forms) return text;
  return text.replace(new RegExp(forms, "giu"), (word, ...rest) => {
    const before = text.slice(0, rest.find((value) => typeof value === "number"));
    const starts = /(?:[.!?…]["'”’»)\]]*\s+|(?:^|\n)\s*(?:[-–•*]\s+|\d+[.)]\s+)?|[“„«"]\s*)$/u.test(before);
    return starts ? word : word.charAt(0).toLowerCase() + word.slice(1);
  });
}
