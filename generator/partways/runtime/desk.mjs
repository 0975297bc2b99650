/**
 * What acts when the script of the words is loaded: starts every tool of a page by itself. A fault
 * in one of them leaves its page as it reads without a script.
 */
import { startLetter } from "./builder.mjs";
import { startCheck, startPractice } from "./practice.mjs";
import { startWorksheet } from "./worksheet.mjs";

/** @type {Array<[name: string, start: (root: HTMLElement, signal: AbortSignal) => void]>} */
const TOOLS = [
  ["partways-letter", startLetter],
  ["partways-check", startCheck],
  ["partways-practice", startPractice],
  ["partways-worksheet", startWorksheet],
];

for (const [name, start] of TOOLS) {
  class Tool extends HTMLElement {
    /** @type {AbortController | null} */
    #life = null;

    connectedCallback() {
      this.#life?.abort();
      this.#life = new AbortController();
      try {
        start(this, this.#life.signal);
      } catch (error) {
        console.error(`partways: ${name}:`, error);
      }
    }

    disconnectedCallback() {
      this.#life?.abort();
    }
  }
  if (!customElements.get(name)) customElements.define(name, Tool);
}
