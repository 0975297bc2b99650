/**
 * Worksheets: what is typed is kept on the device, blanks in the text are filled, and a row with an
 * empty cell is marked as not complete.
 *
 * @typedef {import("./letters.mjs").Blanks} Blanks
 */
import { all, one } from "./dom.mjs";
import { dropDraft, keepDraft, readDraft, shelf } from "./drafts.mjs";
import { shown } from "./letters.mjs";
import { offerFile } from "./offer.mjs";
import { wordsOf } from "./words.mjs";

/** @typedef {HTMLInputElement | HTMLTextAreaElement} Cell */

/**
 * @param {HTMLElement} root
 * @param {AbortSignal} signal ends with the element
 */
export function startWorksheet(root, signal) {
  const language = root.dataset.language ?? "en";
  const site = new URL(root.dataset.root ?? "/", location.href).pathname;
  const name = root.dataset.worksheet ?? "";
  /** @type {Blanks} */
  const fields = JSON.parse(one(root, ".pw-fields").textContent ?? "");
  const words = wordsOf(one(root, ".pw-phrases"), language);
  const place = shelf(site, `draft:${name}`);
  const cells = /** @type {Cell[]} */ (all(root, "[name]"));
  const draft = readDraft(place);
  for (const cell of cells) cell.value ||= draft.values[cell.name] ?? "";
  const labels = new Map(all(root, "[data-blank]").map((blank) => [blank.dataset.blank ?? "", blank.textContent ?? ""]));
  const refresh = () => {
    for (const blank of all(root, "[data-blank]")) {
      const id = blank.dataset.blank ?? "";
      const value = shown(cells.find((cell) => cell.name === id)?.value ?? "", fields[id]?.kind ?? "text", language);
      blank.textContent = value || (labels.get(id) ?? "");
      blank.classList.toggle("pw-blank--filled", Boolean(value));
    }
    const rows = all(root, "[data-row]");
    const open = rows.filter((row) => {
      const given = /** @type {Cell[]} */ (all(row, "[name]"));
      const lacking = given.filter((cell) => !cell.value.trim());
      const isOpen = lacking.length > 0;
      row.dataset.state = !isOpen ? "done" : lacking.length < given.length ? "part" : "open";
      const state = one(row, ".pw-row__state");
      state.hidden = row.dataset.state !== "part";
      state.textContent = words("incomplete");
      return isOpen;
    });
    one(root, ".pw-worksheet__sum").textContent = open.length ? words("rows", { n: open.length }) : "";
  };
  root.classList.add("pw-on");
  for (const part of all(root, ".pw-say-form, .pw-say-tools")) part.hidden = false;
  root.addEventListener("input", () => {
    draft.values = Object.fromEntries(cells.filter((cell) => cell.value).map((cell) => [cell.name, cell.value]));
    keepDraft(place, draft);
    refresh();
  }, { signal });
  root.addEventListener("click", ({ target }) => {
    const button = target instanceof Element ? target.closest("[data-do]") : null;
    const deed = button instanceof HTMLElement ? button.dataset.do : "";
    if (deed === "print") print();
    if (deed === "download") offerFile(`${name}.txt`, "text/plain;charset=utf-8", plainText(root));
    if (deed === "delete") {
      dropDraft(place);
      for (const cell of cells) cell.value = "";
      draft.values = {};
      refresh();
      one(root, ".pw-status").textContent = words("deleted");
      setTimeout(() => { one(root, ".pw-status").textContent = ""; }, 5000);
    }
  }, { signal });
  refresh();
}

/**
 * @param {HTMLElement} root
 * @returns {string} the sheet as it is filled in
 */
function plainText(root) {
  /** @type {string[]} */
  const lines = [];
  for (const section of all(root, ".pw-worksheet__section")) {
    lines.push("", one(section, "h2").textContent ?? "", "");
    for (const part of all(section, ":scope > p, :scope > ul > li, [data-row]")) {
      if (!part.dataset.row) {
        lines.push(`${part.tagName === "LI" ? "- " : ""}${part.textContent?.trim().replace(/\s+/g, " ")}`);
        continue;
      }
      lines.push(one(part, "legend").textContent?.trim().replace(/\s+/g, " ") ?? "");
      for (const label of all(part, "label")) {
        const cell = /** @type {Cell} */ (one(label, "[name]"));
        lines.push(`  ${label.firstChild?.textContent?.trim()}: ${cell.value || "…"}`);
      }
    }
  }
  return `${lines.join("\n").trim()}\n`;
}
