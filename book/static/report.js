// All that moves in a page. It runs in the head, after the stylesheet: the reader's theme and the typefaces before the
// first paint, the rest once the page is read. The page is whole without it: every control that needs it is made here.
"use strict";

const THEME = "report-theme", SLASH = "report-slash", LANDING = "report-landing";
const page = document.documentElement;
const statics = document.currentScript.src;

/** An element; what is no property of it becomes an attribute. */
function make(tag, properties, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(properties))
    if (name in element) element[name] = value;
    else element.setAttribute(name, value);
  element.append(...children);
  return element;
}

/** What a storage remembers under a name, or null; with a value, remember it. Storage may be refused. */
function remembered(storage, name, value) {
  try {
    if (value === undefined) return window[storage].getItem(name);
    if (value) window[storage].setItem(name, value);
    else window[storage].removeItem(name);
  } catch {}
  return null;
}

// Theme

page.classList.add("js");
// Typefaces that are asked for before there is a body hold the first paint back for as long as it takes to read them
// (Chromium: 50 ms at most): lines that were set in another typeface would be broken anew before the reader's eyes.
document.fonts.forEach((face) => face.load());
applyTheme();
addEventListener("storage", (event) => event.key === THEME && applyTheme());
addEventListener("pageshow", (event) => event.persisted && applyTheme());

function applyTheme(name = remembered("localStorage", THEME)) {
  const chosen = name === "light" || name === "dark" ? name : "";
  if (chosen) page.dataset.theme = chosen;
  else delete page.dataset.theme;
  document.querySelector("meta[name=color-scheme]").content = chosen || "light dark";
  for (const radio of document.querySelectorAll(".theme input")) radio.checked = radio.value === chosen;
}

function themeSwitch() {
  const group = make("div", { className: "theme", role: "radiogroup", "aria-label": "Theme" });
  for (const [value, name] of [["", "Auto"], ["light", "Light"], ["dark", "Dark"]]) {
    const radio = make("input", { type: "radio", name: "theme", value, autocomplete: "off", "aria-label": name });
    radio.addEventListener("change", () => {
      remembered("localStorage", THEME, value);
      applyTheme(value);
    });
    const face = make("span", { className: `face ${value}` }, make("i", {}), make("b", { textContent: name }));
    group.append(make("label", { title: `Theme: ${name.toLowerCase()}` }, radio, face));
  }
  return group;
}

addEventListener("DOMContentLoaded", () => {
  document.querySelector(".tools").append(searchButton(), themeSwitch());
  applyTheme();
  showLabels();
  for (const list of document.querySelectorAll(".choices")) pickOut(list);
  for (const explorer of document.querySelectorAll(".explorer")) bring(explorer);
  const desk = document.querySelector("section.desk");
  if (desk) wake(desk);
  markSections();
  sortTables();
});
// Only then has the browser done its own scrolling to the place that the address names.
addEventListener("load", () => requestAnimationFrame(arrive));
addEventListener("hashchange", arrive);

// Search: the box is here, what answers it is loaded when it is first opened

function searchButton() {
  const button = make("button", { type: "button", className: "search-button", textContent: "Search" });
  const slash = make("kbd", { textContent: "/", "aria-hidden": "true" });
  button.append(" ", slash);
  button.addEventListener("click", () => openSearch());
  addEventListener("keydown", (event) => {
    const elsewhere = document.activeElement?.matches("input:not([type=radio]), select, textarea");
    const commanded = event.ctrlKey || event.metaKey;
    const slash = event.key === "/" && !commanded && !elsewhere && remembered("localStorage", SLASH) !== "off";
    if (event.altKey || !(slash || (commanded && event.key.toLowerCase() === "k"))) return;
    if (document.querySelector("dialog[open]")) return;
    event.preventDefault();
    openSearch();
  });
  return button;
}

// One's place: the section at the top of the window is marked in the contents, and another edition opens at it

function markSections() {
  const links = [...document.querySelectorAll(".toc a")];
  const headings = [...document.querySelectorAll("article :is(h2, h3)[id]")];
  let current = "";
  const observer = new IntersectionObserver(mark, { rootMargin: "0px 0px -70%" });
  for (const heading of document.querySelectorAll("h1, article :is(h2, h3)[id]")) observer.observe(heading);
  for (const link of document.querySelectorAll(".same-place")) {
    const bare = link.href;
    // Who is at the head of the page to use its line has left the place that the address led to.
    const aim = link.closest(".edition-line") ? () => location.hash : place;
    for (const event of ["pointerdown", "click"]) link.addEventListener(event, () => (link.href = bare + aim()));
  }
  document.querySelector(".menu").addEventListener("click", ({ target }) => {
    if (target.closest("a")) document.querySelector(".menu").open = false;
  });

  function mark() {
    current = headings.findLast((heading) => heading.getBoundingClientRect().top < 0.3 * innerHeight)?.id ?? "";
    for (const link of links) {
      if (link.hash !== `#${current || "content"}`) link.removeAttribute("aria-current");
      else {
        link.setAttribute("aria-current", "location");
        const frame = link.closest(".sidebar");
        const far = frame && link.getBoundingClientRect().top - frame.getBoundingClientRect().top;
        if (far < 0 || far > frame?.clientHeight - 40) frame.scrollTop += far - frame.clientHeight / 2;
      }
    }
  }

  /** What the address names while it is in sight, or else the section that is. */
  function place() {
    const box = document.getElementById(location.hash.slice(1).split("?")[0])?.getBoundingClientRect();
    // What this edition has not, another may have.
    if (location.hash && !(box?.bottom < 0 || box?.top > innerHeight)) return location.hash;
    return current && `#${current}`;
  }
}

function openSearch(query) {
  let box = document.querySelector("dialog.search");
  if (!box) {
    const input = make("input", { type: "search", autocomplete: "off", spellcheck: false, "aria-label": "Search the book" });
    const said = make("p", { className: "said", role: "status" });
    const close = make("button", { type: "button", textContent: "Close", onclick: () => box.close() });
    box = make("dialog", { className: "search", "aria-label": "Search" }, make("div", {}, input, close), said);
    box.addEventListener("click", (event) => event.target === box && box.close());
    box.addEventListener("close", () => box.returnValue || history.replaceState(null, ""));
    box.addEventListener("keydown", (event) => {
      if (event.key !== "Escape") return;
      event.preventDefault(); // or the first Esc would only empty the field
      box.close();
    });
    document.body.append(box);
    const index = new URL("search-index.js", document.querySelector(".topbar .book").href);
    Promise.all([load(new URL("minisearch.js", statics)), load(index)])
      .then(() => load(new URL("search.js", statics)))
      .catch(() => (said.textContent = "The search cannot be loaded: a file of the book is missing beside this page."));
  }
  const input = box.querySelector("input");
  if (typeof query === "string") {
    input.value = query;
    input.dispatchEvent(new Event("input"));
  }
  if (!box.open) box.showModal();
  input.select();
}

/** Whoever comes back from a hit finds the answers again that led there. */
function searchAgain() {
  if (typeof history.state?.search === "string") openSearch(history.state.search);
}
addEventListener("popstate", searchAgain);
addEventListener("pageshow", (event) => {
  if (event.persisted || performance.getEntriesByType("navigation")[0]?.type === "back_forward") searchAgain();
});

function load(address) {
  return new Promise((onload, onerror) => document.head.append(make("script", { src: address.href, onload, onerror })));
}

/** The desk is loaded when a reader comes to it, or an address leads there with its inputs. */
function wake(desk) {
  let isAwake = false;
  for (const event of ["pointerenter", "focusin"]) desk.addEventListener(event, rise);
  addEventListener("hashchange", follow);
  follow();

  function follow() {
    if (location.hash.startsWith("#desk?")) rise();
  }

  function rise() {
    if (isAwake) return;
    isAwake = true;
    const scripts = desk.dataset.scripts.split(" ").map((name) => new URL(`desk/${name}.js`, statics));
    scripts.splice(1, 0, new URL(desk.dataset.held, location.href));
    scripts.reduce((before, script) => before.then(() => load(script)), Promise.resolve());
  }
}

// A number with its currency or unit, or a word; search_index.py has the same.
const WORD = /(?:(us\$|[$€£]|\b(?:usd|eur))\s?)?(\p{N}+(?:[.,:\u2212-]\p{N}+)*)(?:\s?(bn|tn|(?:b|tr|m)illions?|milliards?)\b)?|[\p{L}\p{M}\p{N}]+/giu;

/** The words of a text as [word as searched, its place, its length]: no case, no accents, 1,400 and $300bn are one word. */
function words(text) {
  return [...text.matchAll(WORD)].map(({ 0: word, 1: currency, 2: number, 3: unit, index }) => {
    const bare = (number ?? plain(word)).replace(/(\d),(?=\d)/g, "$1");
    return [(currency || unit) && !isNaN(bare) ? amount(Number(bare), unit) : bare, index, word.length];
  });
}

/** $300bn, 300 billion, USD 300 (the ledger counts in billions) and 0.3 trillion alike. */
function amount(number, unit = "b") {
  const name = unit.toLowerCase();
  return (name.startsWith("t") ? Math.round(number * 1e6) / 1e3 : number) + (/^millions?$/.test(name) ? "m" : "bn");
}

function plain(text) {
  return text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();
}

/** Where an address leads: folds around the place open; the words of the hit that led here are marked. */
function arrive() {
  const target = document.getElementById(location.hash.slice(1));
  if (!target) return;
  let fold = target.closest("details:not([open])");
  for (; fold; fold = target.closest("details:not([open])")) fold.open = true;
  const hit = JSON.parse(remembered("sessionStorage", LANDING) || "{}");
  if (hit.hash !== location.hash) return;
  remembered("sessionStorage", LANDING, "");
  const row = (target.querySelector("table")?.asPrinted ?? target.querySelectorAll("tbody tr"))[hit.row];
  row?.classList.add("landed");
  row?.scrollIntoView({ block: "center" });
  if (globalThis.Highlight) CSS.highlights.set("found", new Highlight(...ranges(row || target, new Set(hit.words))));
}

/** Ranges of these words in a place; the place of a heading goes on to the next heading. */
function ranges(place, wanted) {
  const heading = /^H\d$/.test(place.tagName);
  const walker = document.createTreeWalker(heading ? document.querySelector("main") : place, NodeFilter.SHOW_TEXT);
  if (heading) walker.currentNode = place;
  const found = [];
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    if (heading && !place.contains(node) && node.parentElement.closest("h1, h2, h3, .turn")) break;
    if (node.parentElement.closest("svg, pre, .permalink")) continue;
    for (const [word, start, length] of words(node.data)) {
      if (!wanted.has(word)) continue;
      const range = document.createRange();
      range.setStart(node, start);
      range.setEnd(node, start + length);
      found.push(range);
    }
  }
  return found;
}

// Charts: the labels of the marks, on hover, on touch, and with the arrow keys while a chart has the focus

function showLabels() {
  const tip = make("div", { className: "tip", hidden: true, "aria-hidden": "true" });
  const said = make("div", { className: "unseen", "aria-live": "polite" });
  const keys = make("p", { id: "chart-keys", hidden: true, textContent: "Arrow keys move between the marks." });
  let shown = null;
  let leaving = 0;

  for (const svg of document.querySelectorAll("svg.chart")) prepare(svg);
  if (!document.querySelector("svg.chart[tabindex]")) return;
  document.body.append(tip, said, keys);
  addEventListener("keydown", (event) => event.key === "Escape" && hide());
  addEventListener("pointerdown", (event) => !event.target.closest("svg.chart, .tip") && hide());
  tip.addEventListener("pointerenter", stay);
  tip.addEventListener("pointerleave", hideSoon);

  function prepare(svg) {
    const marks = [];
    for (const title of svg.querySelectorAll(":scope * > title")) {
      marks.push({ mark: title.parentNode, label: title.textContent });
      title.remove(); // the browser's own tooltip would lie over ours
    }
    if (!marks.length) return;
    svg.marks = marks;
    const name = svg.querySelector("title");
    svg.setAttribute("aria-label", name.textContent);
    svg.removeAttribute("aria-labelledby");
    name.remove();
    svg.setAttribute("role", "application");
    svg.setAttribute("aria-roledescription", "chart");
    svg.setAttribute("aria-describedby", `${svg.getAttribute("aria-describedby")} chart-keys`);
    svg.setAttribute("tabindex", "0");

    const stops = marks.filter((each, i) => marks.findIndex(({ label }) => label === each.label) === i);
    let at = 0;
    svg.addEventListener("focus", () => svg.matches(":focus-visible") && tell());
    svg.addEventListener("blur", hide);
    svg.addEventListener("keydown", (event) => {
      const step = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1, PageDown: 10, PageUp: -10 }[event.key];
      const end = { Home: 0, End: stops.length - 1 }[event.key];
      if ((step ?? end) === undefined || event.ctrlKey || event.metaKey || event.altKey) return;
      event.preventDefault();
      at = Math.min(Math.max(end ?? at + step, 0), stops.length - 1);
      tell();
    });
    svg.addEventListener("pointermove", (event) => event.pointerType !== "touch" && point(event, 6));
    svg.addEventListener("pointerleave", (event) => event.pointerType !== "touch" && hideSoon());
    svg.addEventListener("click", (event) => point(event, 24));

    function tell() {
      show(stops[at]);
      said.textContent = stops[at].label;
    }

    function point(event, reach) {
      const mark = near(marks, event, reach);
      if (mark) show(mark, event.clientX);
      else hideSoon();
    }
  }

  /** The mark under the pointer, or the nearest within reach (px). */
  function near(marks, { target, clientX: x, clientY: y }, reach) {
    let [best, least] = [marks.find(({ mark }) => mark === target), reach];
    if (best) return best;
    for (const each of marks) {
      if (each.mark.matches("text") || isLine(each.mark)) continue; // its box is no place of its own
      const box = each.mark.getBoundingClientRect();
      const across = Math.max(box.left - x, 0, x - box.right);
      const along = Math.max(box.top - y, 0, y - box.bottom);
      const far = Math.hypot(across, along) + Math.hypot(box.width, box.height) / 1000;
      if (far < least) [best, least] = [each, far];
    }
    return best;
  }

  function show(each, x) {
    stay();
    if (shown !== each) {
      hide();
      shown = each;
      each.mark.classList.add("shown");
      const lines = each.label.split("; ").map((line) => line.replace(/^\w+(?=:)/, (name) => name.replaceAll("_", " ")));
      tip.replaceChildren(...lines.map((textContent) => make("div", { textContent })));
      tip.hidden = false;
    }
    const box = each.mark.getBoundingClientRect();
    const middle = Math.min(Math.max(x ?? (box.left + box.right) / 2, box.left), box.right);
    const left = Math.min(Math.max(middle - tip.offsetWidth / 2, 8), page.clientWidth - tip.offsetWidth - 8);
    const above = box.top - tip.offsetHeight - 8;
    tip.style.left = `${left + scrollX}px`;
    tip.style.top = `${(above > 0 ? above : box.bottom + 8) + scrollY}px`;
  }

  function hide() {
    stay();
    shown?.mark.classList.remove("shown");
    shown = null;
    tip.hidden = true;
  }

  // Time to move the pointer onto the label itself, to read or to copy it; further moves give no more of it.
  function hideSoon() {
    leaving ||= setTimeout(hide, 250);
  }

  function stay() {
    clearTimeout(leaving);
    leaving = 0;
  }
}

/** Whether a mark is a bent line from here to there. */
function isLine(mark) {
  return /C[^Z]*$/.test(mark.getAttribute("d"));
}

// Choices beside a chart: the marks of the one that is open are lit and numbered in its order; the address keeps it

function pickOut(list) {
  const folds = [...list.querySelectorAll("details")];
  list.addEventListener("toggle", light, true);
  list.addEventListener("keydown", (event) => {
    const step = { ArrowDown: 1, ArrowRight: 1, ArrowUp: -1, ArrowLeft: -1 }[event.key];
    const at = folds.findIndex((fold) => fold === event.target.parentNode);
    if (!step || at < 0 || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    const next = folds.at((at + step) % folds.length);
    next.open = true;
    next.firstChild.focus();
  });

  function light({ target }) {
    if (target.open) for (const fold of folds) if (fold !== target) fold.open = false;
    const open = folds.find((fold) => fold.open);
    const steps = [...(open?.querySelectorAll("li") || [])].map((step) => [...step.children].map((each) => each.textContent));
    const names = open?.firstChild.textContent.split(" → ");
    for (const { mark, label } of [...list.parentNode.querySelectorAll("svg.chart")].flatMap((svg) => svg.marks || [])) {
      const at = steps.findIndex((labels) => labels.includes(label));
      mark.classList.toggle("off", !!open && at < 0 && !names.includes(label));
      if (isLine(mark)) number(mark, at + 1);
    }
    open?.scrollIntoView({ block: "nearest" });
    if (open || location.hash) history.replaceState(null, "", open ? `#${open.id}` : location.pathname + location.search);
  }

  /** A badge on a line, or none for 0. */
  function number(line, step) {
    line.badge?.remove();
    if (!step) return;
    const { x, y } = line.getPointAtLength(line.getTotalLength() / 6);
    const badge = document.createElementNS("http://www.w3.org/2000/svg", "g");
    badge.setAttribute("class", "badge");
    badge.setAttribute("transform", `translate(${x} ${y})`);
    badge.innerHTML = `<circle r="8"/><text y="4">${step}</text>`;
    line.ownerSVGElement.querySelector("g").append((line.badge = badge));
  }
}

// Tables: a click on a head sorts, the next turns it round, a third gives the printed order again

function sortTables() {
  const collator = new Intl.Collator("en", { numeric: true });
  // Heads become buttons when their table is near: most tables of a page are never opened.
  const near = new IntersectionObserver(
    (entries) => entries.filter((entry) => entry.isIntersecting).forEach(({ target }) => prepare(target)),
    { rootMargin: "300px" },
  );
  for (const table of document.querySelectorAll("article .table-wrap > table"))
    if (table.tHead?.rows.length === 1 && table.tBodies[0]?.rows.length > 2 && !table.querySelector("[rowspan], [colspan]"))
      near.observe(table);

  function prepare(table) {
    near.unobserve(table);
    if (table.querySelector(".sort")) return;
    [...table.tHead.rows[0].cells].forEach((head, column) => {
      if (!head.textContent.trim()) return;
      const button = make("span", { className: "sort", role: "button", tabIndex: 0 }, ...head.childNodes);
      head.append(button);
      button.addEventListener("click", () => sort(table, head, column));
      button.addEventListener("keydown", (event) => {
        if (event.key !== "Enter" && event.key !== " ") return;
        event.preventDefault();
        sort(table, head, column);
      });
    });
  }

  function sort(table, head, column) {
    const [body] = table.tBodies;
    if (table.asPrinted?.length !== body.rows.length) table.asPrinted = [...body.rows];
    const cells = table.asPrinted.map((row) => [value(row.cells[column].textContent), row]);
    const filled = cells.filter(([key]) => key !== "");
    const measured = filled.every(([key]) => typeof key === "number");
    // The largest and newest first; words from A.
    const orders = [measured ? "descending" : "ascending", measured ? "ascending" : "descending"];
    const order = orders[orders.indexOf(head.getAttribute("aria-sort")) + 1];
    for (const other of table.tHead.rows[0].cells) other.removeAttribute("aria-sort");
    if (order) {
      head.setAttribute("aria-sort", order);
      const sign = order === "ascending" ? 1 : -1;
      filled.sort(([one], [other]) => sign * (measured ? one - other : collator.compare(one, other)));
      filled.push(...cells.filter(([key]) => key === ""));
    }
    body.append(...(order ? filled.map(([, row]) => row) : table.asPrinted));
  }

  /** A number by its value, a day by its time, anything else as it is written; "" where nothing is known. */
  function value(text) {
    const bare = text.trim().replaceAll("\u2212", "-").replace(/(\d),(?=\d{3})/g, "$1");
    if (/^[-+]?\d+(\.\d+)?( ?%)?$/.test(bare)) return parseFloat(bare);
    if (/^\d{4}-\d\d(-\d\d)?$|^(\d{1,2} )?\p{Lu}\p{L}{2,} \d{4}$/u.test(bare)) return Date.parse(bare) || bare;
    return bare === "–" ? "" : bare;
  }
}

// The table explorer: what searches and filters is loaded for a table that stands in the page. A long one lies beside it,
// and comes when a reader asks for it, or an address names one of its rows or what is chosen of them.

function bring(explorer) {
  const link = explorer.querySelector(".bring");
  let isThere = false;
  link?.addEventListener("click", (event) => {
    event.preventDefault();
    rise();
  });
  addEventListener("hashchange", follow);
  follow();

  function follow() {
    const [name, state] = location.hash.slice(1).split("?");
    if (!link || (name && (state !== undefined || !document.getElementById(name)))) rise();
  }

  function rise() {
    if (isThere) return;
    isThere = true;
    const rows = link ? load(new URL(explorer.dataset.rows, location.href)) : Promise.resolve();
    rows.then(() => load(new URL("explorer.js", statics))).then(arrive);
  }
}

// Previews of links are loaded when a reader first comes near one; what may be copied, with the first fold of it.

let previews, takeaways;
addEventListener("toggle", ({ target }) => {
  if (!target.open || !target.matches(".take, .cite")) return;
  takeaways ??= load(new URL("take-along.js", statics));
  takeaways.then(() => takeAlong(target));
}, true);

if (HTMLElement.prototype.showPopover)
  for (const event of ["pointerover", "focusin", "click", "keydown"]) addEventListener(event, comeNear);

function comeNear(event) {
  const link = event.target.closest?.('main a:is(.term, [href^="#source-"], [href*=".html"])');
  if (!link) return;
  const isChosen = event.type === "click" ? !event.detail || event.pointerType === "touch" : event.key === " ";
  if (event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
  if (isChosen) event.preventDefault();
  const index = new URL("previews.js", document.querySelector(".topbar .book").href);
  previews ??= load(index).then(() => load(new URL("previews.js", statics)));
  previews.then(() => preview(link, isChosen), () => isChosen && location.assign(link));
}
