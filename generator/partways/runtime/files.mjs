/**
 * What the reader takes away or brings: files and links. What comes in is text until it is proved.
 *
 * @typedef {import("./types.mjs").Answers} Answers
 * @typedef {import("./types.mjs").Program} Program
 */
import { encode } from "./codec.mjs";
import { parse } from "./store.mjs";

/** A larger file was not made here; it is not read. */
const LARGEST_FILE = 65536;

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
  if (file.size > LARGEST_FILE) return null;
  const text = await file.text().catch(() => "");
  const saved = parse(text);
  if (!saved || saved === "newer") return null;
  return JSON.parse(text).questionnaire === program.id ? saved.answers : null;
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
