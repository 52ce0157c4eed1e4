// The full-text search: answers in the box that report.js opens. `reportIndex` comes from search-index.js, one for
// each edition and made by report/site/search_index.py; MiniSearch finds, this file asks and shows.
"use strict";

{
  const MOST = 40; // hits shown
  const SNIPPET = 170; // characters
  // Words of a question that say nothing by themselves.
  const STOP = new Set(
    "a an and are as at be by can did do does for from had has have how i in is it its many me much of on or show than that the their them there they this to was were what when where which who whom why will with".split(" "),
  );
  const WEIGHT = { supplier: 3, deal: 2, tool: 2, "": 1.6, chart: 1.5, figure: 1.4, term: 1.4, table: 1.1, row: 1, source: 0.6, explorer: 0.3 };
  const NAMES = { chart: "chart", figure: "key figure", table: "table", row: "table row", source: "source", deal: "deal", supplier: "supplier", term: "term", explorer: "table to search", tool: "tool" };
  const { pages, entries } = window.reportIndex;
  const base = new URL(".", document.querySelector(".topbar .book").href);
  const box = document.querySelector("dialog.search");
  const [input, said] = [box.querySelector("input"), box.querySelector(".said")];
  const list = make("div", { className: "hits", role: "listbox", id: "search-hits", "aria-label": "Found" });
  const slash = make("input", { type: "checkbox", checked: remembered("localStorage", SLASH) !== "off" });
  const keys = make("p", { className: "keys" });
  keys.append("↑ ↓ choose · Enter opens · Esc closes", make("label", {}, slash, " the key / opens the search"));
  box.append(list, keys);
  for (const [name, value] of Object.entries({ role: "combobox", "aria-controls": list.id, "aria-expanded": "true", "aria-autocomplete": "list" }))
    input.setAttribute(name, value);

  const index = new MiniSearch({
    fields: ["title", "text", "words"],
    tokenize: (text) => words(text).map(([word]) => word),
    processTerm: (word) => word,
    searchOptions: {
      boost: { title: 3, words: 0.2 },
      boostDocument: (id) => WEIGHT[entries[id][2]] ?? 1,
    },
  });
  index.addAll(entries.map(([, , , title, text, more], id) => ({ id, title, text, words: more ?? "" })));

  let waiting = 0;
  let answered = "";
  input.addEventListener("input", () => {
    clearTimeout(waiting);
    waiting = setTimeout(answer, 60);
  });
  input.addEventListener("keydown", (event) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step) choose(list.children[[...list.children].indexOf(chosen()) + step] ?? chosen());
    else if (event.key === "Enter") {
      clearTimeout(waiting);
      if (input.value !== answered) answer();
      chosen()?.click();
    } else return;
    event.preventDefault();
  });
  slash.addEventListener("change", () => remembered("localStorage", SLASH, slash.checked ? "" : "off"));
  answer();

  /** How a word is looked for: as written or begun; when nothing has it, as the words it may be a slip for. */
  function reading(word) {
    // An amount also stands without its unit, in a table whose head names that.
    const forms = /^[\d.]+bn$/.test(word) ? [word, word.slice(0, -2)] : [word];
    const prefix = forms.length === 1;
    if (index.search({ queries: forms, prefix }).length) return { word, queries: forms, prefix };
    const letters = (other) => [...other].sort().join();
    const likely = (other) => 2 * (letters(other) === letters(word)) + (other[0] === word[0]);
    const isName = /^\p{Lu}/u.test(asTyped(word));
    let slips = [];
    if (!/\d/.test(word) && word.length > 5)
      for (let fuzzy = 1; !slips.length && fuzzy <= 2; fuzzy++)
        slips = [...new Set(index.search(word, { fuzzy }).flatMap(({ terms }) => terms))]
          .filter(likely)
          .filter((other) => !isName || isCapital(other));
    const best = Math.max(...slips.map(likely));
    return { word, queries: slips.filter((other) => likely(other) === best).slice(0, 3), slip: true };
  }

  /** Whether the book writes a word with a capital: a name is no slip for a word that is none. */
  function isCapital(word) {
    return index.search(word).some(({ id }) => {
      const text = `${entries[id][3]} ${entries[id][4]}`;
      return words(text).some(([each, start]) => each === word && /\p{Lu}/u.test(text[start]));
    });
  }

  function answer() {
    answered = input.value;
    const asked = [...new Set(words(answered).map(([word]) => word))];
    let readings = asked.filter((word) => !STOP.has(word)).map(reading);
    if (!readings.some(({ queries }) => queries.length)) readings = asked.map(reading);
    const known = readings.filter(({ queries }) => queries.length);
    let hits = known.length ? index.search({ combineWith: "AND", queries: known.map(query) }) : [];
    const together = hits.length > 0;
    if (known.length && !together) hits = index.search({ combineWith: "OR", queries: known.map(query) });
    if (asked.length > 1) hits = phrasesFirst(hits, asked.join(" "));
    const typed = known.map(({ word, queries, slip }) => (slip ? queries[0] : asTyped(word))).join(" ");
    list.replaceChildren(...hits.slice(0, MOST).map((hit, i) => shown(hit, i, typed)));
    choose(list.firstElementChild);
    said.replaceChildren(...told(readings, known, together, hits.length));
    box.dataset.answered = answered;
  }

  function query({ queries, prefix }) {
    return { queries, prefix, combineWith: "OR" };
  }

  function phrasesFirst(hits, phrase) {
    const has = (id) => words(`${entries[id][3]} ${entries[id][4]}`).map(([word]) => word).join(" ").includes(phrase);
    for (const hit of hits) if (has(hit.id)) hit.score *= 4;
    return hits.sort((one, other) => other.score - one.score);
  }

  /** What is said above the hits: how many, which word occurs nowhere, which was read as another. */
  function told(readings, known, together, count) {
    if (!readings.length) return ["Headings, text, charts, tables, deals and sources of this edition"];
    const said = [];
    for (const { word, queries, slip } of readings)
      if (!queries.length) said.push(`“${asTyped(word)}” occurs nowhere in this edition. `);
      else if (slip) said.push(`“${asTyped(word)}” occurs nowhere; read as “${queries.join("” or “")}”. `);
    if (known.length > 1 && !together) said.push("No place has all of these words. ");
    if (count) said.push(count === 1 ? "1 place" : `${count.toLocaleString("en")} places${count > MOST ? `, the best ${MOST} shown` : ""}`);
    return said;
  }

  function asTyped(word) {
    const found = words(answered).find(([each]) => each === word);
    return answered.slice(found[1], found[1] + found[2]);
  }

  function shown({ id, terms }, i, typed) {
    const [number, anchor, kind, title, text, , row] = entries[id];
    const [file, name] = pages[number];
    const address = new URL(file, base);
    const found = new Set(terms);
    address.hash = kind === "explorer" ? `${anchor}?${new URLSearchParams({ q: typed })}` : anchor;
    const where = make("span", { className: "where", textContent: [name, NAMES[kind]].filter(Boolean).join(" · ") });
    const link = make("a", { id: `hit-${i}`, role: "option", tabIndex: -1, href: address.href }, where);
    link.append(make("span", { className: "hit-title" }, ...marked(title, found)));
    if (text) link.append(make("span", { className: "snippet" }, ...snippet(text, found)));
    link.addEventListener("pointermove", () => choose(link, false));
    link.addEventListener("click", () => {
      remembered("sessionStorage", LANDING, JSON.stringify({ hash: address.hash, row, words: terms }));
      history.replaceState({ search: answered }, "");
      box.close("hit");
      if (address.href === location.href) arrive();
    });
    return link;
  }

  function snippet(text, found) {
    const [, first] = words(text).find(([word]) => found.has(word)) ?? [, 0];
    const from = first < SNIPPET * 0.6 ? 0 : text.indexOf(" ", first - SNIPPET * 0.4) + 1;
    const to = from + SNIPPET >= text.length ? text.length : text.lastIndexOf(" ", from + SNIPPET);
    return [from ? "… " : "", ...marked(text.slice(from, to), found), to < text.length ? " …" : ""];
  }

  function marked(text, found) {
    const parts = [];
    let done = 0;
    for (const [word, start, length] of words(text)) {
      if (!found.has(word)) continue;
      parts.push(text.slice(done, start), make("mark", { textContent: text.slice(start, start + length) }));
      done = start + length;
    }
    return [...parts, text.slice(done)];
  }

  function chosen() {
    return list.querySelector("[aria-selected=true]");
  }

  function choose(link, scroll = true) {
    chosen()?.removeAttribute("aria-selected");
    link?.setAttribute("aria-selected", "true");
    if (link) input.setAttribute("aria-activedescendant", link.id);
    else input.removeAttribute("aria-activedescendant");
    if (scroll) link?.scrollIntoView({ block: "nearest" });
  }
}
