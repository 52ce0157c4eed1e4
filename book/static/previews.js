// Previews: a card beside a link that says what it leads to, a term, a source or a row of the evidence. It opens when the
// pointer rests on the link, and when a finger or a key chooses it; then the card has the link. A mouse,
// which has seen the card, follows the link at once. Loaded by report.js.
"use strict";

(() => {
  const [SHOW_AFTER_MS, HIDE_AFTER_MS, GAP_PX] = [300, 250, 8];
  const { terms, labels, rows } = window.reportPreviews;
  const card = make("div", { className: "preview", role: "dialog", "aria-label": "Preview" });
  card.popover = "auto";
  document.body.append(card);
  let [shown, waiting] = [null, 0];

  card.addEventListener("pointerenter", () => clearTimeout(waiting));
  card.addEventListener("pointerleave", leave);
  card.addEventListener("toggle", ({ newState }) => newState === "closed" && (shown = null));
  addEventListener("pointerout", ({ target }) => target.closest?.("a") && leave());

  /** A reader comes near a link, or has chosen it: then it leads on where there is nothing to show. */
  window.preview = (link, isChosen) => {
    clearTimeout(waiting);
    if (isChosen && open(link)) card.querySelector("a").focus();
    else if (isChosen) location.assign(link);
    else if (link !== shown && link.matches(":hover")) waiting = setTimeout(() => open(link), SHOW_AFTER_MS);
  };

  function leave() {
    clearTimeout(waiting);
    waiting = setTimeout(() => card.contains(document.activeElement) || card.hidePopover(), HIDE_AFTER_MS);
  }

  function open(link) {
    const parts = content(link);
    if (!parts) return false;
    card.replaceChildren(...parts, make("p", {}, make("a", { href: link.href, textContent: "Open" })));
    if (!card.matches(":popover-open")) card.showPopover();
    shown = link;
    place(link);
    return true;
  }

  function content(link) {
    // The row deals-x has its page at deals/x.html, the row ties-x at rows/ties-x.html.
    const [, folder, record] = link.pathname.match(/(deals|rows)\/([\w-]+)\.html$/) ?? [];
    const name = record ? (folder === "rows" ? record : `deals-${record}`) : decodeURIComponent(link.hash.slice(1));
    if (link.matches(".term")) return terms[name] && [titled(terms[name][0]), make("p", { textContent: terms[name][1] })];
    const source = link.getAttribute("href").startsWith("#") && document.querySelector(`.sources li[id="${CSS.escape(name)}"]`);
    if (source) return ofSource(source);
    return Object.hasOwn(rows, name) ? ofRow(link, rows[name]) : null;
  }

  function ofSource(source) {
    const text = (part) => source.querySelector(part)?.textContent ?? "";
    const about = [text("time"), text(".grade")].filter(Boolean).join(" · ");
    return [titled(text(".publisher")), make("p", { textContent: text("cite") }), make("p", { textContent: about })];
  }

  function ofRow(link, row) {
    const more = Number(row[labels.length]);
    const pairs = labels.flatMap((label, i) => (row[i] ? [[label, row[i]]] : []));
    const list = pairs.map(([label, text]) => make("div", {}, make("dt", { textContent: label }), make("dd", { textContent: text })));
    const others = more ? [make("p", { textContent: `and ${more} more ${more === 1 ? "row" : "rows"}` })] : [];
    return [titled(link.textContent), make("dl", {}, ...list), ...others];
  }

  function titled(textContent) {
    return make("p", { className: "preview-title", textContent });
  }

  /** Below the link, or above it where there is no room; never beyond the page. */
  function place(link) {
    const boxes = link.getClientRects();
    const box = boxes[boxes.length - 1];
    const left = Math.min(Math.max(box.left, GAP_PX), document.documentElement.clientWidth - card.offsetWidth - GAP_PX);
    const fits = box.bottom + GAP_PX + card.offsetHeight < innerHeight || box.top < card.offsetHeight + GAP_PX;
    const top = fits ? box.bottom + GAP_PX : box.top - GAP_PX - card.offsetHeight;
    card.style.left = `${left + scrollX}px`;
    card.style.top = `${top + scrollY}px`;
  }
})();
