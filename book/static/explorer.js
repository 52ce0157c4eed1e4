// The table explorer: search and filters for a table that is whole without it. Its state lives in the address as
// #<table id>?q=…&grade=…; an address with a row's id shows that row, whatever was chosen. Loaded by report.js.
"use strict";

for (const explorer of document.querySelectorAll(".explorer"))
  if (explorer.querySelector("table") && !explorer.querySelector(".controls")) explore(explorer);
sortTables();

function explore(explorer) {
  const table = explorer.querySelector("table");
  const name = explorer.querySelector("section").id;
  const rows = [...table.tBodies[0].rows];
  const heads = [...table.tHead.rows[0].cells];
  const texts = [];

  const controls = make("div", { className: "controls", role: "search", "aria-label": table.caption.textContent });
  const search = labelled("Search", make("input", { type: "search", autocomplete: "off", spellcheck: false }));
  const selects = explorer.dataset.filters.split(" ").filter(Boolean).map(selectFor);
  const reset = make("button", { type: "button", textContent: "Reset" });
  const count = make("p", { className: "count", role: "status" });
  controls.append(reset, count);
  explorer.prepend(controls);

  let waiting = 0;
  search.addEventListener("input", () => {
    clearTimeout(waiting);
    waiting = setTimeout(changed, 120);
  });
  for (const { select } of selects) select.addEventListener("change", changed);
  reset.addEventListener("click", () => {
    choose(new URLSearchParams());
    changed();
    search.focus();
  });
  addEventListener("hashchange", follow);
  follow();

  function labelled(text, control) {
    controls.append(make("label", {}, text, control));
    return control;
  }

  function selectFor(column) {
    const counts = new Map();
    for (const row of rows) {
      const value = row.cells[column].textContent;
      counts.set(value, (counts.get(value) || 0) + 1);
    }
    const select = labelled(heads[column].textContent, make("select", {}));
    select.add(new Option("all", ""));
    for (const value of [...counts.keys()].sort(new Intl.Collator("en", { numeric: true }).compare))
      select.add(new Option(`${value || "–"} (${counts.get(value).toLocaleString("en")})`, `=${value}`));
    return { select, column, key: plain(heads[column].textContent).trim() };
  }

  function choose(state) {
    clearTimeout(waiting);
    search.value = state.get("q") || "";
    for (const { select, key } of selects) {
      select.value = state.has(key) ? `=${state.get(key)}` : "";
      if (select.selectedIndex < 0) select.value = "";
    }
  }

  function show() {
    const words = plain(search.value).split(/\s+/).filter(Boolean);
    const chosen = selects.filter(({ select }) => select.value);
    let shown = 0;
    rows.forEach((row, i) => {
      if (words.length) texts[i] ??= plain([...row.cells].map((cell) => cell.textContent).join("\n"));
      row.hidden =
        chosen.some(({ select, column }) => `=${row.cells[column].textContent}` !== select.value) ||
        words.some((word) => !texts[i].includes(word));
      shown += !row.hidden;
    });
    count.textContent = `${shown.toLocaleString("en")} of ${rows.length.toLocaleString("en")} rows`;
    reset.disabled = !words.length && !chosen.length;
  }

  function changed() {
    show();
    const state = new URLSearchParams();
    if (search.value.trim()) state.set("q", search.value.trim());
    for (const { select, key } of selects) if (select.value) state.set(key, select.value.slice(1));
    const text = state.toString();
    history.replaceState(null, "", text ? `#${name}?${text}` : location.pathname + location.search);
  }

  // Runs at the start and whenever the address changes: a row's id wins over what was chosen.
  function follow() {
    const [place, state] = decoded(location.hash.slice(1));
    const target = document.getElementById(place);
    if (place === name && state !== undefined) {
      choose(new URLSearchParams(state));
      show();
      explorer.scrollIntoView();
    } else if (target && rows.includes(target)) {
      choose(new URLSearchParams());
      show();
      target.scrollIntoView({ block: "center" });
    } else if (!count.textContent) show();
  }

  // A row's id is plain ASCII; the state is decoded by URLSearchParams.
  function decoded(hash) {
    const cut = hash.indexOf("?");
    return cut < 0 ? [hash] : [hash.slice(0, cut), hash.slice(cut + 1)];
  }
}
