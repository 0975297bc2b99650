// What Material's pages lack for a keyboard, mended in one place: its search opens by labels, which no key reaches.
(() => {
  const toggle = document.getElementById("__search");
  const open = document.querySelector("button.pw-site-find");
  const search = document.getElementById("pw-site-search");
  if (toggle instanceof HTMLInputElement && open instanceof HTMLElement && search) {
    open.hidden = false;
    open.addEventListener("click", () => {
      if (!toggle.checked) toggle.click();
      search.querySelector("input")?.focus();
    });
    search.querySelector("button")?.addEventListener("click", () => toggle.click());
    toggle.addEventListener("change", () => {
      open.setAttribute("aria-expanded", String(toggle.checked));
      if (!toggle.checked) open.focus();
    });
  }

  // Boxes of a checklist can be ticked; they are named by their line.
  for (const box of document.querySelectorAll(".task-list-item > input[type=checkbox]")) {
    if (!(box instanceof HTMLInputElement) || !box.parentElement) continue;
    box.disabled = false;
    box.setAttribute("aria-label", box.parentElement.innerText.trim());
  }

  // A table wider than the screen is scrolled by keys, too. Material puts the frame around it.
  const frame = (table) => {
    const around = table.closest(".md-typeset__scrollwrap");
    if (!around || around.scrollWidth <= around.clientWidth) return;
    around.tabIndex = 0;
    around.setAttribute("role", "region");
    around.setAttribute("aria-label", table.tHead?.innerText.trim().replace(/\s+/g, ", ") || "…");
  };
  addEventListener("load", () => document.querySelectorAll(".md-typeset table").forEach(frame));

  // Contents are folded where they stand above the text, and open where they stand beside it.
  const contents = document.querySelector("details.pw-site-contents");
  const beside = matchMedia("(min-width: 60rem)");
  const fold = () => contents?.toggleAttribute("open", beside.matches);
  beside.addEventListener("change", fold);
  fold();
})();
