// The desk of a page: its inputs, what is said of them, the address that holds them and the command that repeats them.
"use strict";

(() => {
  const { formatting, held } = desk;
  const place = document.getElementById("desk");
  const form = place.querySelector("fieldset");
  const fields = [...form.elements].filter(({ name }) => name);
  const slider = form.querySelector("[type=range]");
  const dateField = form.querySelector("[type=date]"); // it and the slider only where the day is an input
  const notice = place.querySelector("[role=status]");
  const published = texts();

  /** The inputs as an address has them: a day is an ISO date. */
  function texts() {
    return named((field) => (field === slider ? formatting.isoDay(slider.valueAsNumber) : field.value));
  }

  /** The inputs as the measures take them: a day is a number. */
  function state() {
    return named((field) => (Number.isNaN(field.valueAsNumber ?? NaN) ? field.value : field.valueAsNumber));
  }

  function named(value) {
    return Object.fromEntries(fields.map((field) => [field.name, value(field)]));
  }

  function reset() {
    for (const field of fields)
      if (field.options) field.value = [...field.options].find((option) => option.defaultSelected).value;
      else field.value = field.defaultValue;
    markDays();
  }

  function show() {
    if (!fields.every((field) => field.checkValidity())) return;
    render(desk[held.module].answer(held, state()));
    if (slider) {
      slider.setAttribute("aria-valuetext", formatting.day(slider.valueAsNumber));
      dateField.value = formatting.isoDay(slider.valueAsNumber);
    }
    place.querySelector(".desk-command code").textContent = command();
    notice.textContent = "";
  }

  function render({ claim, detail, figures, bars, key = "" }) {
    place.querySelector(".desk-claim").textContent = claim && `${claim}.`;
    place.querySelector(".desk-detail").textContent = detail;
    place.querySelectorAll(".desk-figures dd").forEach((field, i) => {
      field.firstChild.textContent = figures[i].text;
      field.lastChild.textContent = figures[i].note;
    });
    place.querySelector(".desk-key").textContent = key;
    place.querySelector(".desk-bars").replaceChildren(...bars.map(row));
  }

  function row({ name, label, length, start, end, colour, covered = null, covered_colour, mark = null }) {
    const svg = drawn("svg", { viewBox: "0 0 100 10", preserveAspectRatio: "none", "aria-hidden": "true" });
    svg.append(drawn("rect", { width: length, height: 10, fill: colour }));
    if (covered !== null) svg.append(drawn("rect", { width: covered, height: 10, fill: covered_colour }));
    if (start !== null) svg.append(drawn("path", { d: `M${start} 5H${end}` }));
    if (mark !== null) svg.append(drawn("path", { d: `M${mark} -2V12` }));
    const item = document.createElement("li");
    item.append(text(name), " ", svg, " ", text(label));
    return item;
  }

  function text(words) {
    const span = document.createElement("span");
    span.textContent = words;
    return span;
  }

  function drawn(tag, attributes) {
    const element = document.createElementNS("http://www.w3.org/2000/svg", tag);
    for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
    return element;
  }

  // The address: what differs from what is published, after #desk?

  function changed() {
    show();
    const differing = Object.entries(texts()).filter(([name, value]) => value !== published[name]);
    const query = new URLSearchParams(differing).toString();
    history.replaceState(null, "", query ? `#desk?${query}` : location.pathname + location.search);
  }

  /** Take the inputs from the address; what it does not name, or names amiss, is as published. */
  function follow() {
    const [anchor, query] = location.hash.slice(1).split(/\?(.*)/s);
    if (anchor !== "desk" || query === undefined) return;
    reset();
    for (const [name, value] of new URLSearchParams(query)) choose(fields.find((field) => field.name === name), value);
    markDays();
    show();
    place.scrollIntoView();
  }

  function choose(field, value) {
    if (!field) return;
    const before = field.value;
    field.value = field === slider ? formatting.dayNumber(value) : value;
    if (!field.checkValidity() || field.selectedIndex === -1 || (field === slider && formatting.isoDay(slider.valueAsNumber) !== value)) field.value = before;
  }

  function command() {
    const quoted = (value) => (/^[\w.-]+$/.test(value) ? value : `'${value.replaceAll("'", `'\\''`)}'`);
    const parameters = Object.entries({ ...held.fixed, ...texts() }).map(([name, value]) => `-p ${name}=${quoted(value)}`);
    return ["compute-ledger run", held.chapter, ...parameters].join(" ");
  }

  function markDays() {
    if (!slider) return;
    const days = held.ticks[texts().buyer] ?? [];
    form.querySelector("datalist").replaceChildren(...days.map((day) => new Option("", day)));
  }

  async function copy(words, what) {
    try {
      await navigator.clipboard.writeText(words);
      notice.textContent = `${what} copied`;
    } catch {
      notice.textContent = `${what}: ${words}`;
    }
  }

  form.addEventListener("input", ({ target }) => {
    if (dateField && target === dateField) {
      if (!dateField.value || !dateField.checkValidity()) return;
      slider.value = formatting.dayNumber(dateField.value);
    }
    if (target.name === "buyer") markDays();
    changed();
  });
  place.addEventListener("click", ({ target }) => {
    const act = {
      link: () => copy(location.href.replace(/#.*|$/, location.hash || "#desk"), "Link"),
      command: () => copy(command(), "Command"),
      reset: () => {
        reset();
        changed();
      },
    }[target.dataset?.do];
    act?.();
  });
  addEventListener("hashchange", follow);
  markDays();
  follow();
  show();
})();
