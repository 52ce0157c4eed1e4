// As compute_ledger/exhibits/formatting.py, and the amounts of commitment_words.py.
"use strict";

desk.formatting = (() => {
  const { rounding } = desk;
  const SMALL_NUMBERS = ["no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"];
  const MONTHS = "January February March April May June July August September October November December".split(" ");

  /** "1,234.5": no zeros at the end, a true minus sign. */
  function number(value, decimals = 1) {
    if (Number.isNaN(value)) return "n/a";
    const text = rounding.text(value, decimals).replace("-", "−");
    return text.includes(".") ? text.replace(/\.?0+$/, "") : text;
  }

  const pct = (value, decimals = 1) => (Number.isNaN(value) ? number(value) : `${number(value, decimals)}%`);

  /** "1,349 to 1,928", or one number when both print alike. */
  function between(low, high, decimals = 0) {
    const [first, last] = [low, high].map((end) => number(end, decimals));
    return first === last ? first : `${first} to ${last}`;
  }

  const dollars = (text) => (text.startsWith("−") ? `−$${text.slice(1)}` : `$${text}`);
  const usdBn = (value) => `${dollars(number(value))} billion`;

  function usd(value) {
    const isTrillion = Math.abs(value) >= 999.5;
    const amount = isTrillion ? value / 1000 : value;
    const text = number(amount, isTrillion || Math.abs(amount) < 9.95 ? 1 : 0);
    return `${dollars(text)} ${isTrillion ? "trillion" : "billion"}`;
  }

  /** A computed sum with two digits. */
  function aboutUsd(value) {
    if (Number.isNaN(value)) return "n/a";
    const size = Math.abs(rounding.rounded(value));
    if (size >= 995) return `${dollars(number(value / 1000))} trillion`;
    if (size >= 99.5) return `${dollars(number(10 * rounding.rounded(value / 10, 0), 0))} billion`;
    return usdBn(rounding.rounded(value, size >= 9.95 ? 0 : 1));
  }

  /** "$86 billion to $320 billion", "nothing to $5 billion", or one sum where both print alike. */
  function aboutUsdBetween(low, high) {
    const [first, last] = [low, high].map((end) => (rounding.rounded(end, 1) === 0 ? "nothing" : aboutUsd(end)));
    return first === last ? first : `${first} to ${last}`;
  }

  function count(amount, singular) {
    return `${SMALL_NUMBERS[amount] ?? rounding.text(amount, 0)} ${singular}${amount === 1 ? "" : "s"}`;
  }

  /** "A, B and C"; beyond six the rest is counted. */
  function names(items, limit = 6) {
    let listed = [...new Set(items)];
    if (listed.length > limit) listed = [...listed.slice(0, limit), `${listed.length - limit} more`];
    if (listed.length < 2) return listed[0] ?? "nobody";
    return `${listed.slice(0, -1).join(", ")} and ${listed.at(-1)}`;
  }

  /** "7 November 2025", of days since 1970. */
  function day(number) {
    const date = new Date(number * 864e5);
    return `${date.getUTCDate()} ${MONTHS[date.getUTCMonth()]} ${date.getUTCFullYear()}`;
  }

  const isoDay = (number) => new Date(number * 864e5).toISOString().slice(0, 10);
  const dayNumber = (iso) => Date.parse(`${iso}T00:00Z`) / 864e5;
  const capital = (sentence) => sentence.charAt(0).toUpperCase() + sentence.slice(1);

  /** A sentence with its places filled. */
  const filled = (template, words) => template.replace(/\{(\w+)\}/g, (_, name) => words[name]);

  return { SMALL_NUMBERS, number, pct, between, usdBn, usd, aboutUsd, aboutUsdBetween, count, names, day, isoDay, dayNumber, capital, filled };
})();
