/**
 * Answers as the fragment of a link, and back:
 *
 *     #p1.<questionnaire>.<salt>.<three characters per answer>.<crc32 of all before>
 *
 * An answer is an 18-bit hash of "question.option" in three base64url characters, so a link outlives
 * questions that come, go or change places. The compiler picks the least salt for which no two
 * answers of a questionnaire meet; its twin in Python is
 *
 *     def token(salt: int, question: str, option: str) -> int:
 *         h = 2166136261
 *         for byte in f"{salt}:{question}.{option}".encode():
 *             h = (h ^ byte) * 16777619 & 0xFFFFFFFF
 *         return (h ^ h >> 18) & 0x3FFFF
 *
 * @typedef {import("./types.mjs").Program} Program
 * @typedef {import("./types.mjs").Answers} Answers
 * @typedef {{kind: "none" | "damaged" | "newer" | "foreign" | "answers", answers: Answers, lost: number}} Decoded
 *   `lost` counts the answers in the link that fit nothing in this questionnaire.
 */

const DIGITS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
/** A longer fragment was not made here; it is not looked at. */
const LONGEST_CODE = 4096;

/**
 * @param {number | string} salt
 * @param {string} question
 * @param {string} option
 * @returns {string} three characters for the 18 bits
 */
export function token(salt, question, option) {
  let hash = 2166136261;
  // Ids are ASCII, so a character is a byte.
  for (const character of `${salt}:${question}.${option}`) {
    hash = Math.imul(hash ^ character.charCodeAt(0), 16777619) >>> 0;
  }
  hash ^= hash >>> 18;
  return [hash >> 12, hash >> 6, hash].map((part) => DIGITS[part & 63]).join("");
}

/**
 * @param {string} text of ASCII
 * @returns {string} eight hexadecimal digits
 */
export function crc32(text) {
  let crc = -1;
  for (const character of text) {
    crc ^= character.charCodeAt(0);
    for (let bit = 0; bit < 8; bit += 1) crc = (crc >>> 1) ^ (0xedb88320 & -(crc & 1));
  }
  return (~crc >>> 0).toString(16).padStart(8, "0");
}

/**
 * Every answer that can be given, in the order of the questionnaire; what the reader sets is an answer too.
 *
 * @param {Program} program
 * @returns {Array<[question: string, option: string]>}
 */
export function vocabulary(program) {
  /** @type {Array<[string, string]>} */
  const pairs = [];
  const { weight, knock_out: knockOut, keep } = program.settings ?? {};
  for (const { id, options, w } of program.items) {
    for (const option of options) pairs.push([id, option]);
    if (!w) continue;
    if (weight) {
      for (let n = weight[0]; n <= weight[1]; n += 1) pairs.push([`${id}.weight`, String(n)]);
    }
    if (knockOut) pairs.push([`${id}.knock_out`, "yes"], [`${id}.knock_out`, "no"]);
    if (keep) pairs.push([`${id}.kept`, "yes"], [`${id}.kept`, "no"]);
  }
  return pairs;
}

/**
 * @param {Program} program
 * @param {Answers} answers
 * @returns {string} the fragment, without its "#"
 */
export function encode(program, answers) {
  const { id, salt } = program;
  const tokens = vocabulary(program)
    .filter(([question, option]) => answers[question] === option)
    .map((pair) => token(salt, ...pair));
  const payload = `p1.${id}.${salt}.${tokens.join("")}`;
  return `${payload}.${crc32(payload)}`;
}

/**
 * Lenient around the code, since messengers append to links; strict inside it.
 *
 * @param {Program} program
 * @param {string} fragment with or without its "#"
 * @returns {Decoded}
 */
export function decode(program, fragment) {
  /** @type {Answers} */
  const answers = Object.create(null);
  let lost = 0;
  /** @param {Decoded["kind"]} kind @returns {Decoded} */
  const told = (kind) => ({ kind, answers: kind === "answers" ? answers : {}, lost });
  const version = /^#?p(\d+)\./.exec(fragment.slice(0, 9));
  if (!version) return told("none");
  if (version[1] !== "1") return told("newer");
  const found = /^#?(p1\.([a-z0-9-]+)\.(\d{1,6})\.((?:[\w-]{3})*))\.([0-9a-f]{8})/.exec(
    fragment.slice(0, LONGEST_CODE),
  );
  const [, payload = "", questionnaire, salt = "", tokens = "", crc] = found ?? [];
  if (crc32(payload) !== crc) return told("damaged");
  if (questionnaire !== program.id) return told("foreign");
  /** @type {Map<string, [string, string] | null>} */
  const known = new Map();
  for (const pair of vocabulary(program)) {
    const written = token(salt, ...pair);
    // Under an old salt two answers may meet, and then neither is meant.
    known.set(written, known.has(written) ? null : pair);
  }
  for (const written of tokens.match(/.../g) ?? []) {
    const pair = known.get(written);
    if (!pair) lost += 1;
    else if (pair[0] in answers) return told("damaged");
    else answers[pair[0]] = pair[1];
  }
  return told("answers");
}
