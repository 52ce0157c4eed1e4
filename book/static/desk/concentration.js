// Who holds the commitments: as measures/concentration.py and exhibits/concentration/desk/ in compute_ledger.
"use strict";

desk.concentration = (() => {
  const { commitments, formatting, rounding } = desk;
  const { number, pct, usd, filled } = formatting;
  const sum = (values) => values.reduce((total, value) => total + value, 0);
  let deals;

  /** Amounts as shares that add up to 1. */
  function shares(amounts) {
    const total = sum(amounts);
    return amounts.map((amount) => amount / total);
  }

  const sumOfSquares = (amounts) => sum(shares(amounts).map((share) => share * share));
  const hhi = (amounts) => (amounts.length ? 10_000 * sumOfSquares(amounts) : NaN);
  const concentrationRatio = (amounts, k) => 100 * sum(shares(amounts).sort((a, b) => b - a).slice(0, k));

  function normalisedHhi(amounts) {
    const least = 1 / amounts.length;
    return Math.max(0, (sumOfSquares(amounts) - least) / (1 - least));
  }

  /** What the desk says of one choice of its inputs. */
  function answer(held, state) {
    const { data, words } = held;
    deals ??= commitments.read(data);
    const chosen = { ...state, grade: data.grades.indexOf(state.min_grade), buyer: data.buyers.indexOf(state.buyer) };
    const level = { group: "group", layer: "layer" }[state.level] ?? "counterparty";
    const counted = commitments.payables(deals, chosen);
    const suppliers = commitments.bySupplier(counted, level);
    const reasons = data.no_index.filter(([buyer, grade]) => buyer === chosen.buyer && grade === chosen.grade);
    const noIndex = commitments.latest(reasons.map((reason) => reason.slice(2)), state.as_of, "");
    const label = (name) => (state.level === "layer" && words.layers[name]) || name;
    const said = { held, state, counted, suppliers, label, what: filled(words.ranked.what, { buyer: state.buyer, counted: words.counted[state.perimeter] }) };
    return {
      ...sentences(said, noIndex),
      figures: figures(said, noIndex),
      bars: bars(suppliers, label, data),
    };
  }

  function sentences({ held: { words }, state, counted, suppliers, label, what }, noIndex) {
    const { ranked } = words;
    const day = formatting.day(state.as_of);
    if (!suppliers.length) return { claim: "", detail: filled(ranked.nothing, { day, what }) };
    if (noIndex) return { claim: "", detail: noIndex };
    const total = filled(ranked.total, { total: amount(sum(suppliers.map((row) => row.counted)), state, words) });
    const detail = [...index(total, suppliers, label, words), ...open(suppliers, label, words), ...outside(counted, words)];
    return { claim: leaders(suppliers, label, what, state, words), detail: detail.join(" ") };
  }

  function amount(value, { basis }, { ranked }) {
    return basis === "annualised" ? filled(ranked.a_year, { amount: usd(value) }) : usd(value);
  }

  /** Who holds more than half: the first rows that together do. */
  function majority(suppliers) {
    let together = 0;
    return suppliers.filter(({ share }) => (together += share) - share <= 50);
  }

  function leaders(suppliers, label, what, { level }, { ranked }) {
    if (suppliers.length === 1 && level !== "layer") return filled(ranked.only, { leader: suppliers[0].supplier, what });
    const leading = majority(suppliers);
    const names = formatting.names(leading.map(({ supplier }) => label(supplier)));
    const isOne = leading.length === 1;
    return filled(isOne ? ranked.holds : ranked.hold, {
      leaders: formatting.capital(filled(isOne ? ranked.alone : ranked.together, { names })),
      share: pct(sum(leading.map(({ share }) => share)), 0),
      what,
    });
  }

  function index(total, suppliers, label, { ranked, layers }) {
    const amounts = suppliers.map(({ counted }) => counted);
    const many = amounts.length;
    const leader = layers[suppliers[0].supplier] ?? suppliers[0].supplier;
    if (many === 1) return [filled(ranked.one, { total, leader })];
    return [
      filled(ranked.shares, {
        total,
        leader,
        cr1: pct(concentrationRatio(amounts, 1), 0),
        many: formatting.SMALL_NUMBERS[Math.min(3, many)],
        cr3: pct(concentrationRatio(amounts, 3), 0),
      }),
      filled(ranked.index, {
        hhi: number(hhi(amounts), 0),
        suppliers: formatting.count(many, "supplier"),
        floor: number(10_000 / many, 0),
      }),
      filled(ranked.normalised, { normalised: number(normalisedHhi(amounts), 2) }),
    ];
  }

  function open(suppliers, label, { ranked }) {
    const isOpen = suppliers.filter(({ high }) => high === Infinity);
    if (!isOpen.length || suppliers.length === 1) return [];
    const larger = suppliers.map(({ counted, high }) => (high === Infinity ? 1.5 * counted : counted));
    const who = formatting.names(isOpen.map(({ supplier }) => label(supplier)));
    return [filled(isOpen.length === 1 ? ranked.open : ranked.open_many, { who, hhi: number(hhi(larger), 0) })];
  }

  function outside(counted, { ranked }) {
    const missing = [...new Set(counted.filter((deal) => Number.isNaN(deal.counted)).map((deal) => deal.counterparty))];
    if (!missing.length) return [];
    return [filled(missing.length === 1 ? ranked.outside : ranked.outside_many, { names: formatting.names(missing) })];
  }

  function figures({ held: { words }, state, suppliers }, noIndex) {
    const { figures: phrases, layers, levels } = words;
    const amounts = suppliers.map(({ counted }) => counted);
    const many = amounts.length;
    const has = many > 0 && !noIndex;
    const ratio = (k) => (has ? pct(concentrationRatio(amounts, k), 0) : "n/a");
    const leader = many ? (layers[suppliers[0].supplier] ?? suppliers[0].supplier) : "";
    const note = () =>
      filled(phrases.index_note, {
        equal: number(10_000 / hhi(amounts), 1),
        suppliers: many,
        level: levels[state.level],
        floor: number(10_000 / many, 0),
      });
    return [
      { text: many ? amount(sum(amounts), state, words) : phrases.none, note: way(suppliers, state, words) },
      { text: ratio(1), note: leader },
      { text: ratio(3), note: "" },
      {
        text: has && many === 1 ? phrases.one : has ? number(hhi(amounts), 0) : "n/a",
        note: !has ? "" : many === 1 ? phrases.one_note : note(),
      },
    ];
  }

  function way(suppliers, { perimeter, basis }, { figures: phrases, counted, bases }) {
    const low = usd(sum(suppliers.map((row) => row.low)));
    const end = sum(suppliers.map((row) => row.high));
    const ends = end === Infinity ? filled(phrases.open_end, { low }) : low === usd(end) ? "" : filled(phrases.ends, { low, high: usd(end) });
    return filled(ends ? phrases.way_and_ends : phrases.way, { counted: counted[perimeter], basis: bases[basis], ends });
  }

  function bars(suppliers, label, { names, colours }) {
    const end = ({ counted, high }) => (high === Infinity ? counted : high);
    const part = 100 / Math.max(...suppliers.map(end));
    return suppliers.map((row) => {
      const hasInterval = row.low < row.high && row.high < Infinity;
      return {
        name: label(row.supplier),
        label: `${number(row.counted)}${row.high === Infinity ? " or more" : ""} (${pct(row.share)})`,
        length: rounding.rounded(part * row.counted, 1),
        start: hasInterval ? rounding.rounded(part * row.low, 1) : null,
        end: hasInterval ? rounding.rounded(part * row.high, 1) : null,
        colour: colours[names.indexOf(row.supplier)],
      };
    });
  }

  return { answer };
})();
