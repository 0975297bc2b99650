/**
 * What travels between the modules; no code. The compiled program comes from `program.py`.
 *
 * @typedef {{[question: string]: string}} Answers option ids by question id; the unanswered are absent
 * @typedef {"yes" | "no" | "open"} Truth
 * @typedef {number | string | {[operator: string]: any}} Expression JsonLogic and our few operators
 *
 * @typedef {object} Item
 * @property {string} id
 * @property {string[]} options
 * @property {Array<number | null>} points
 * @property {number[]} [unknown] places of the options that count as unknown
 * @property {number[]} [skip] places of the options that do not apply
 * @property {number[]} [in] places of its dimensions
 * @property {number} group place of its section
 * @property {1} [ours] a fact that only the reader controls
 * @property {[weight: number, knockOut: number, kept: number]} [w] what the reader may set, as it stands at first
 *
 * @typedef {object} Program
 * @property {number} format
 * @property {string} id
 * @property {string} revision
 * @property {number} salt
 * @property {Item[]} items
 * @property {Array<{id: string, when?: Expression}>} groups
 * @property {Array<{id: string, items: number[], needs: [number, number], weighted?: number, raised?: Expression}>} dimensions the last is "total"
 * @property {string[]} steps mild to stern
 * @property {number} [step_by]
 * @property {Array<{id: string, when: Expression}>} red_lines
 * @property {Array<{id: string, when: Expression, step: number[]}>} measures
 * @property {Array<{id: string, is: string, when?: Expression, measures?: number[]}>} verdicts
 * @property {Array<{id: string, unless: Expression}>} cautions
 * @property {Array<{id: string, when: Expression}>} notes
 * @property {{weight?: [number, number], knock_out?: number, keep?: [number, number]}} [settings]
 *
 * @typedef {object} Result
 * @property {string} questionnaire
 * @property {string} revision
 * @property {number} format
 * @property {"settled" | "so_far" | "not_enough"} state
 * @property {string | null} verdict
 * @property {string | null} rule
 * @property {string[]} possible
 * @property {boolean} exact
 * @property {Array<{id: string, is: Truth}>} red_lines
 * @property {Array<{id: string, low: number, high: number, known: number, of: number, enough: boolean, raised: Truth, empty: boolean}>} dimensions
 * @property {string[] | null} step all steps the sternest measure can be at; "none" = no measure
 * @property {Array<{id: string, is: "yes" | "open", step: string | null, let: boolean}>} measures
 * @property {string[]} cautions
 * @property {string[]} notes
 * @property {Array<{item: string, option: string, dimension: string | null, alone: boolean}>} because
 * @property {string[]} unknown
 * @property {string[]} unanswered
 * @property {string[]} off
 * @property {Array<{item: string, to: Array<{option: string, verdict: string}>}>} deciding
 * @property {Array<{set: Array<{item: string, option: string}>, verdict: string}>} changes
 * @property {boolean} borderline
 * @property {Array<{item: string, by: 1 | -1, verdict: string}>} weights
 * @property {Array<{item: string, option: string}>} dropped
 */
export {};
