/**
 * What the reader takes away or brings: files and links. What comes in is text until it is proved.
 *
 * @typedef {import("./types.mjs").Answers} Answers
 * @typedef {import("./types.mjs").Program} Program
 */
import { encode } from "./codec.mjs";
import { parse } from "./store.mjs";

/**
 * @param {Program} program
 * @param {Answers} answers
 * @returns {string}
 */
export function answersFile({ id, revision }, answers) {
  return `${JSON.stringify({ format: 1, questionnaire: id, revision, n: 0, answers }, null, 1)}\n`;
}

/**
 * @param {Program} program
 * @param {Blob} file
 * @returns {Promise<Answers | null>}
 */
export async function readFile(program, file) {
  // A larger file was not made here; it is not read.
  const saved = file.size < 65536 ? parse(await file.text().catch(() => "")) : null;
  return saved && saved !== "newer" && saved.questionnaire === program.id ? saved.answers : null;
}

/**
 * @param {Program} program
 * @param {Answers} answers
 * @param {Location} location
 * @returns {string}
 */
export function shareLink(program, answers, { href }) {
  return `${href.replace(/[?#].*$/s, "")}#${encode(program, answers)}`;
}
