/**
 * The wording check: a text and the rules of its language in, findings with their places out.
 * It knows no page and keeps nothing; `wording.py` compiles the rules and does the same.
 *
 * @typedef {object} Rule
 * @property {string} id
 * @property {"need" | "avoid" | "length" | "sentence" | "blank"} kind
 * @property {string} title
 * @property {string} why
 * @property {string} [better]
 * @property {number} [most]
 * @property {string} [many]
 * @property {string} [pattern]
 * @property {Array<{pattern: string, better: string}>} [cases]
 * @property {string} [except]
 * @property {string} [unless]
 * @property {string} [back]
 * @property {string} [field]
 *
 * @typedef {{words: number, sentence: number, needs: string[]}} Limits 0 = no limit
 * @typedef {{rules: Rule[], channels: {[channel: string]: Limits}, capital: string}} Rules
 *
 * @typedef {object} Finding one that speaks of the whole text starts and ends at 0
 * @property {string} rule
 * @property {number} start
 * @property {number} end
 * @property {string} message
 * @property {string} better
 *
 * @typedef {object} Asked what the text is meant to be; every part may be left out
 * @property {string} [channel] needs and the length are judged only where it is known
 * @property {{[field: string]: string}} [fields] what was filled in
 * @property {string[]} [needs] what the check asks for, at most what the channel asks for
 * @property {string[]} [has] the needs that are met by how the text was put together
 *
 * @typedef {[start: number, end: number]} Span
 * @typedef {{text: string, sentences: Span[], quoted: Span[]}} Searched a text, and where its sentences and quotations stand
 */

const SENTENCE_END = /[.!?…]+["'”’»)\]]*(?=\s|$)|\n/gu;
const COUNTED = /[\p{L}\p{N}]/u;
const BRACKETS = /\[[^[\]\n]{1,80}\]/gu;
/** Three words or more in quotation marks are what someone said; a hit there is theirs. */
const QUOTED = /["“„«](?:[^\s"“”„«»]+[^\S\n]+){2,}[^\s"“”„«»]+["“”»]/gu;

/**
 * A small letter goes on with the sentence, a digit does so after a full stop: “No. 14”.
 *
 * @param {string} text
 * @returns {Span[]}
 */
export function sentences(text) {
  /** @type {Span[]} */
  const found = [];
  let start = 0;
  for (const match of text.matchAll(SENTENCE_END)) {
    const end = match.index + match[0].length;
    const after = text.slice(end).trimStart().charAt(0);
    if (after && after.toLowerCase() === after && after.toUpperCase() !== after) continue;
    if (/\d/.test(after) && match[0] !== "\n") continue;
    found.push([start, end]);
    start = end;
  }
  found.push([start, text.length]);
  return found.flatMap(([low, high]) => {
    const body = text.slice(low, high);
    const first = low + body.length - body.trimStart().length;
    return body.trim() ? [/** @type {Span} */ ([first, first + body.trim().length])] : [];
  });
}

/**
 * @param {string} text
 * @returns {number} how many words it has
 */
export function wordsIn(text) {
  return text.split(/\s+/).filter((part) => COUNTED.test(part)).length;
}

/**
 * @param {string} text
 * @param {Rules} rules
 * @param {Asked} [asked]
 * @returns {Finding[]} in the order of the text
 */
export function check(text, rules, asked = {}) {
  const { channel = "", fields = {}, needs, has = [] } = asked;
  const limits = rules.channels[channel] ?? { words: 0, sentence: 0, needs: [] };
  const longest = Math.max(0, ...Object.values(rules.channels).map(({ sentence }) => sentence));
  const parts = sentences(text);
  // A hit never goes from one paragraph to the next: their border is no space in what is searched.
  const flat = text.replace(/\n\s*\n/g, (border) => ";".repeat(border.length));
  const searched = { text: flat, sentences: parts, quoted: [...text.matchAll(QUOTED)].map(spanOf) };
  const found = rules.rules.flatMap((rule) => {
    if (rule.kind === "need") {
      const wanted = limits.needs.includes(rule.id) && (!needs || needs.includes(rule.id));
      return judgeNeed(searched, rule, wanted && !has.includes(rule.id));
    }
    if (rule.kind === "avoid") return fields[rule.field ?? ""]?.trim() ? [] : judgeAvoid(searched, rule);
    if (rule.kind === "length") {
      const n = wordsIn(text);
      return limits.words && n > limits.words ? [finding(rule, [0, 0], { n, most: limits.words })] : [];
    }
    if (rule.kind === "sentence") {
      const most = limits.sentence || longest;
      return parts.flatMap((part) => {
        const n = wordsIn(text.slice(...part));
        return most && n > most ? [finding(rule, part, { n, most })] : [];
      });
    }
    return [...text.matchAll(BRACKETS)].map((match) => finding(rule, spanOf(match)));
  });
  return found.sort((a, b) => a.start - b.start);
}

/** @type {Map<string, RegExp>} */
const compiled = new Map();

/**
 * @param {string | undefined} source
 * @param {string} text
 * @returns {Span[]}
 */
function spans(source, text) {
  if (!source) return [];
  let pattern = compiled.get(source);
  if (!pattern) compiled.set(source, pattern = new RegExp(source, "giu"));
  return [...text.matchAll(pattern)].map(spanOf);
}

/** @param {RegExpMatchArray} match @returns {Span} */
function spanOf({ index = 0, 0: found }) {
  return [index, index + found.length];
}

/**
 * @param {Rule} rule
 * @param {Span} span
 * @param {{[name: string]: number}} [values]
 * @param {{better?: string, why?: string | undefined}} [texts]
 * @returns {Finding}
 */
function finding(rule, [start, end], values = {}, { better, why } = {}) {
  const message = (why ?? rule.why).replace(/\{(n|most)\}/g, (blank, name) => String(values[name] ?? blank));
  return { rule: rule.id, start, end, message, better: better ?? rule.better ?? "" };
}

/**
 * Whether a hit counts: it is no exception, not quoted, and nothing near it pardons it.
 *
 * @param {Searched} searched
 * @param {Rule} rule
 * @returns {(span: Span) => boolean}
 */
function counted({ text, sentences, quoted }, rule) {
  const allowed = spans(rule.except, text);
  const pardons = spans(rule.unless, text);
  const back = spans(rule.back, text);
  return ([from, to]) => {
    if (allowed.some(([low, high]) => low <= from && to <= high)) return false;
    if (quoted.some(([low, high]) => low < to && to <= high)) return false;
    const at = sentences.findIndex(([low, high]) => low <= from && from < high);
    let [first, last] = sentences[at] ?? [from, to];
    if (back.some(([low]) => first <= low && low < last)) [first] = sentences[at - 1] ?? [first];
    return !pardons.some(([low]) => first <= low && low < last);
  };
}

/**
 * @param {Searched} searched
 * @param {Rule} rule
 * @param {boolean} wanted
 * @returns {Finding[]}
 */
function judgeNeed(searched, rule, wanted) {
  const found = spans(rule.pattern, searched.text);
  if (!found.length) return wanted ? [finding(rule, [0, 0])] : [];
  if (!rule.most) return [];
  const counts = found.filter(counted(searched, rule));
  const holding = searched.sentences.filter(([low, high]) => counts.some(([start]) => low <= start && start < high));
  return holding.slice(rule.most).map((part) => finding(rule, part, {}, { why: rule.many }));
}

/**
 * @param {Searched} searched
 * @param {Rule} rule
 * @returns {Finding[]}
 */
function judgeAvoid(searched, rule) {
  const counts = counted(searched, rule);
  const found = (rule.cases ?? []).flatMap(({ pattern, better }) =>
    spans(pattern, searched.text).filter(counts).map((span) => finding(rule, span, {}, { better })));
  found.sort((a, b) => a.start - b.start || b.end - a.end);
  /** @type {Finding[]} */
  const apart = [];
  for (const next of found) {
    const last = apart.at(-1);
    if (!last || next.start >= last.end) apart.push(next);
  }
  return apart.slice(rule.most ?? 0);
}
