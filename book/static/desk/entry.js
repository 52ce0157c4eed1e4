// What an entrant would change: as measures/market/market_entry.py and exhibits/market/what_ifs/ in compute_ledger.
"use strict";

desk.entry = (() => {
  const { formatting, rounding } = desk;
  const { number, pct, usdBn, between, filled } = formatting;
  const sum = (values) => values.reduce((total, value) => total + value, 0);
  const squares = (shares) => sum(shares.map((share) => share * share));

  /** Named shares, largest first, after an entrant took `x` percent of the market; the entrant last. */
  function afterEntry(shares, x, rule) {
    if (rule === "proportional") return [...shares.map((share) => share * (1 - x / 100)), x];
    const before = rule === "from_tail" ? [...shares].reverse() : shares;
    let taken = rule === "from_tail" ? Math.max(0, 100 - sum(shares)) : 0;
    const after = before.map((share) => {
      const left = share - Math.min(Math.max(x - taken, 0), share);
      taken += share;
      return left;
    });
    return [...after, x];
  }

  const changeOfHhi = (shares, x, rule) => squares(afterEntry(shares, x, rule)) - squares(shares);

  /** Smallest and largest change over rounding and tail, or null where it is not worked out. */
  function changeInterval({ leader: [low, high], hhi }, x, rule) {
    if (rule === "proportional") {
      const [atLow, atHigh] = hhi.map((index) => index * ((1 - x / 100) * (1 - x / 100) - 1) + x * x);
      return [atHigh, atLow];
    }
    const isOfLeader = rule === "from_leader" && x <= low;
    return isOfLeader ? [2 * x * x - 2 * x * high, 2 * x * x - 2 * x * low] : null;
  }

  /** What the desk says of one choice of its inputs. */
  function answer({ data, words }, { entrant_share_pct, entry_rule: rule }) {
    const { entry, figures: phrases, rules } = words;
    if (!data.shares.length) {
      const figures = Array.from({ length: 4 }, () => ({ text: "n/a", note: "" }));
      return { claim: "", detail: entry.nothing, figures, bars: [] };
    }
    const x = rounding.rounded(entrant_share_pct);
    const changes = data.rules.map((name) => [name, changeOfHhi(data.shares, x, name)]);
    const change = changes.find(([name]) => name === rule)[1];
    const before = squares(data.shares);
    const span = changeInterval(data, x, rule);
    const detail = [others(changes, rule, words), reach(span, entry), worth(data, x, entry)].filter(Boolean).join(" ");
    const figures = [
      [number(before, 0), filled(phrases.before, { span: between(...data.hhi) })],
      [number(before + change, 0), filled(phrases.after, { rule: rules[rule] })],
      [number(change, 0), span ? filled(phrases.between, { span: between(...span) }) : ""],
      data.size_usd_bn === null
        ? ["n/a", ""]
        : [usdBn((data.size_usd_bn * x) / 100), filled(phrases.quarter, { size: usdBn(data.size_usd_bn), quarter: data.quarter })],
    ].map(([text, note]) => ({ text, note }));
    return { claim: claim(change, x, rule, data, words), detail, figures, bars: bars(before, changes, rule, data, words) };
  }

  function claim(change, x, rule, { buyer }, { entry, rules }) {
    const points = number(Math.abs(change), 0);
    const way = points === "0" ? "stays" : change < 0 ? "falls" : "rises";
    return filled(entry.claim, {
      who: buyer ? filled(entry.of_buyer, { buyer }) : entry.of_nobody,
      share: pct(x),
      moved: filled(entry[way], { points }),
      rule: rules[rule],
    });
  }

  function others(changes, rule, { entry, rules }) {
    const others = changes.filter(([name]) => name !== rule);
    const texts = others.map(([name, change]) => filled(entry.change, { change: number(change, 0), rule: rules[name] }));
    return filled(entry.others, { changes: formatting.names(texts) });
  }

  function reach(span, entry) {
    return span ? filled(entry.reach, { low: number(span[0], 0), high: number(span[1], 0) }) : entry.no_reach;
  }

  function worth({ size_usd_bn, smallest }, x, entry) {
    if (size_usd_bn === null) return "";
    const [supplier, share] = smallest ?? [];
    const beside = smallest ? filled(entry.beside, { times: number(x / share), supplier, supplier_share: pct(share) }) : "";
    return filled(entry.worth, { share: pct(x), worth: usdBn((size_usd_bn * x) / 100), beside });
  }

  function bars(before, changes, rule, { colours }, { figures: phrases, rules }) {
    const part = 100 / Math.max(before, ...changes.map(([, change]) => before + change));
    const bar = (name, label, index, colour) => ({ name, label, length: rounding.rounded(part * index, 1), start: null, end: null, colour });
    const moved = (change) => {
      const text = number(change, 0);
      const sign = text.startsWith("−") || text === "0" ? "" : "+";
      return filled(phrases.moved, { index: number(before + change, 0), sign, change: text });
    };
    return [
      bar(phrases.now, number(before, 0), before, colours.now),
      ...changes.map(([name, change]) =>
        bar(formatting.capital(rules[name]), moved(change), before + change, name === rule ? colours.chosen : colours.other),
      ),
    ];
  }

  return { answer };
})();
