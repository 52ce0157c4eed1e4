// Whether revenue reaches the contracts: as measures/payments/revenue_by_schedule.py and exhibits/funding/ in
// compute_ledger. What falls due in which year, for each term and schedule, is in the page's file.
"use strict";

desk.payments = (() => {
  const { formatting, rounding } = desk;
  const { number, pct, usdBn, aboutUsd, aboutUsdBetween, filled } = formatting;
  const NOTHING_USD_BN = 1e-9, ONE_DECIMAL_BELOW = 9.95;
  const UNKNOWN = { text: "n/a", note: "" };

  /** One revenue path against one schedule, over the years that all give. */
  function compared(years, due, revenue) {
    const cells = years.flatMap((year, i) => (revenue[i] === null ? [] : [{ year, due: due[i], revenue: revenue[i], short: uncovered(due[i], revenue[i]) }]));
    const shares = cells.filter((cell) => cell.due > NOTHING_USD_BN).map(({ year, due, revenue }) => ({ year, share: rounding.rounded((100 * revenue) / due) }));
    const least = shares.reduce((least, each) => (each.share < least.share ? each : least), { share: Infinity });
    const lastShort = cells.findLastIndex(({ short }) => short > 0);
    const short = rounding.rounded(cells.reduce((sum, { short }) => sum + short, 0));
    return { cells, least, short, coveredFrom: cells[lastShort + 1]?.year };
  }

  function uncovered(due, revenue) {
    return due - revenue < NOTHING_USD_BN ? 0 : due - revenue;
  }

  /** What the desk says of one choice of its inputs. */
  function answer({ data, words }, { default_term_years, ramp, revenue_path: path }) {
    const term = data.schedules[Math.max(0, data.terms.indexOf(default_term_years))];
    const chosen = term.lines[ramp] ? ramp : "flat";
    const line = term.lines[chosen];
    const known = commonYears(data.revenue);
    const left = (schedule) => Object.values(known).map((revenue) => compared(data.years, term.lines[schedule], revenue).short);
    const cell = known[path] && compared(data.years, line, known[path]);
    const said = { data, words, cell, path, line, chosen, term, left };
    const drawn = bars(said);
    return {
      ...sentences(said, default_term_years ?? data.terms[0]),
      figures: figures(said),
      bars: drawn,
      ...(drawn.length && { key: filled(words.bars.key, { spread: data.spread[chosen] }) }),
    };
  }

  /** The revenue paths in the years that all of them give; none where there is no such year. */
  function commonYears(revenue) {
    const paths = Object.entries(revenue);
    const isCommon = (i) => paths.every(([, values]) => values[i] !== null);
    const common = paths.map(([path, values]) => [path, values.map((value, i) => (isCommon(i) ? value : null))]);
    return common.some(([, values]) => values.some((value) => value !== null)) ? Object.fromEntries(common) : {};
  }

  const between = (amounts) => aboutUsdBetween(Math.min(...amounts), Math.max(...amounts));
  const differ = (amounts) => Math.max(...amounts) > Math.min(...amounts);

  function sentences({ data, words: { pay }, cell, path, chosen, term, left }, years) {
    if (data.nothing) return { claim: "", detail: data.nothing };
    if (!cell) {
      const all = Object.keys(term.lines).flatMap(left);
      const others = all.length ? [filled(pay.on_others, { between: between(all) })] : [];
      return { claim: "", detail: [data.no_path[path], ...others].join(" ") };
    }
    const { cells, least, short, coveredFrom } = cell;
    const others = left(chosen);
    const span = { buyer: data.buyer, short: aboutUsd(short), first: cells[0].year, last: cells.at(-1).year };
    const detail = [
      least.year && filled(pay.least, { year: least.year, part: pct(least.share, 0) }),
      differ(others) && filled(pay.others, { between: between(others) }),
      filled(pay.rests, { rows: data.rows[path] }),
      pay.change,
      filled(coveredFrom && short > 0 ? pay.path_from : pay.path, { path: data.paths[path], year: coveredFrom }),
      data.assumed.part && filled(pay.terms, { ...data.assumed, years: number(years) }),
    ];
    return { claim: filled(short > 0 ? pay.short : pay.enough, span), detail: detail.filter(Boolean).join(" ") };
  }

  function figures(said) {
    const { data } = said;
    const left = data.total ? [rest(said)] : [];
    return [...coverage(said), dearest(said), ...left];
  }

  function coverage({ data, words: { cards }, cell, chosen, left }) {
    if (!cell || data.nothing) return [UNKNOWN, UNKNOWN];
    const { cells, least, short } = cell;
    const others = left(chosen);
    const span = { first: cells[0].year, last: cells.at(-1).year, between: differ(others) && between(others) };
    return [
      { text: aboutUsd(short), note: filled(differ(others) ? cards.uncovered_others : cards.uncovered, span) },
      least.year ? { text: pct(least.share, 0), note: filled(cards.least, { year: least.year }) } : UNKNOWN,
    ];
  }

  /** The first of the years in which most falls due. */
  function dearest({ data, words: { cards }, line, term }) {
    const highest = Math.max(...line);
    if (data.nothing || !(highest > 0)) return UNKNOWN;
    const place = line.indexOf(highest);
    const isBounded = term.band && data.is_bounded;
    const words = { year: data.years[place], between: isBounded && aboutUsdBetween(...term.band[place]) };
    return { text: aboutUsd(highest), note: filled(isBounded ? cards.dearest_between : cards.dearest, words) };
  }

  /** What the contracts leave of the buyer's newest total. */
  function rest({ data, words: { cards }, term, chosen }) {
    if (data.nothing) return UNKNOWN;
    const { value, last } = data.total;
    return { text: aboutUsd(value - term.taken[chosen]), note: filled(cards.left, { total: usdBn(value), last }) };
  }

  function bars({ data, words: { bars: phrases }, cell, line }) {
    if (!line.some((due) => due > 0)) return [];
    const rows = cell?.cells ?? data.years.map((year, i) => ({ year, due: line[i], revenue: null, short: 0 }));
    const part = 100 / Math.max(...rows.flatMap(({ due, revenue }) => [due, revenue ?? 0]));
    const { covered, short: uncovered } = data.colours;
    return rows.map(({ year, due, revenue, short }) => {
      const length = rounding.rounded(part * due, 1);
      const mark = revenue === null ? null : rounding.rounded(part * revenue, 1);
      return {
        name: `${year}`,
        label: filled(mark === null ? phrases.due : phrases.due_and_revenue, { due: amount(due), revenue: amount(revenue) }),
        length,
        start: null,
        end: null,
        colour: short > 0 ? uncovered : covered,
        covered: short > 0 ? mark : length,
        covered_colour: covered,
        mark,
      };
    });
  }

  const amount = (value) => number(value, rounding.rounded(value) >= ONE_DECIMAL_BELOW ? 0 : 1);

  return { answer };
})();
