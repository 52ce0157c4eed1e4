// As compute_ledger/measures/commitments.py. Which deals count on which day, in which way, is in the page's file.
"use strict";

desk.commitments = (() => {
  const { rounding } = desk;
  const PERIMETERS = ["firm", "firm_and_conditional", "announced"];
  const OVERLAPS = ["count_parts", "count_parents", "count_both"];
  const DAYS_PER_YEAR = 365.25;

  /** The deals as objects, and when each changes the ways in which it counts, by grade. */
  function read(held) {
    const deals = held.deals.map(([buyer, counterparty, group, layer, amount, low, high, term, start]) => ({
      buyer,
      counterparty: held.names[counterparty],
      group: held.names[group],
      layer: held.names[layer],
      amount: amount ?? NaN,
      low: low ?? NaN,
      high: high ?? (amount === null ? NaN : Infinity),
      term,
      start: start ?? NaN,
      changes: held.grades.map(() => []),
    }));
    for (const [deal, grade, day, ways] of held.ways) deals[deal].changes[grade].push([day, ways]);
    return deals;
  }

  /** The deals that count, with what each counts for. */
  function payables(deals, { as_of, buyer, grade, perimeter, overlaps, basis, default_term_years }) {
    const way = 2 ** (PERIMETERS.indexOf(perimeter) * OVERLAPS.length + OVERLAPS.indexOf(overlaps));
    return deals
      .filter((deal) => deal.buyer === buyer && Math.floor(latest(deal.changes[grade], as_of, 0) / way) % 2)
      .map((deal) => {
        const factor = counts(deal, basis, as_of, deal.term ?? default_term_years);
        const high = factor === 0 ? 0 : deal.high * factor;
        return { ...deal, counted: deal.amount * factor, low: deal.low * factor, high };
      });
  }

  /** What stands on a day in [day, value] in order of days. */
  function latest(changes, day, before) {
    let value = before;
    for (const [from, after] of changes) if (from <= day) value = after;
    return value;
  }

  function counts({ start }, basis, day, term) {
    if (basis === "headline") return 1;
    if (basis === "annualised") return 1 / term;
    const factor = Math.min(Math.max(1 - (day - start) / DAYS_PER_YEAR / term, 0), 1);
    return factor < 1e-9 ? 0 : factor;
  }

  /** Counted deals added up, the largest first; numbers as an exhibit takes them, rounded. */
  function bySupplier(counted, level) {
    const sums = new Map();
    for (const deal of counted) {
      if (!(deal.counted > 0)) continue;
      const sum = sums.get(deal[level]) ?? { supplier: deal[level], counted: 0, low: 0, high: 0 };
      for (const end of ["counted", "low", "high"]) sum[end] += deal[end];
      sums.set(sum.supplier, sum);
    }
    const total = [...sums.values()].reduce((sum, { counted }) => sum + counted, 0);
    return [...sums.values()]
      .map(({ supplier, counted, low, high }) => ({
        supplier,
        counted: rounding.rounded(counted),
        low: rounding.rounded(low),
        high: rounding.rounded(high),
        share: rounding.rounded((100 * counted) / total),
      }))
      .sort((a, b) => b.counted - a.counted || (a.supplier < b.supplier ? -1 : 1));
  }

  return { read, latest, payables, bySupplier };
})();
