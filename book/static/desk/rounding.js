// As compute_ledger/shared/rounding.py: twelve significant digits, then decimals, halves away from zero.
"use strict";
globalThis.desk ??= {};

desk.rounding = (() => {
  const DIGITS = 12, FINEST = 6;

  function rounded(value, decimals = FINEST) {
    return Number.isFinite(value) ? Number(`${steps(value, decimals)}e-${decimals}`) : value;
  }

  /** "-1,234.50" */
  function text(value, decimals) {
    const whole = steps(value, decimals);
    const digits = `${whole < 0n ? -whole : whole}`.padStart(decimals + 1, "0");
    const cut = digits.length - decimals;
    const before = digits.slice(0, cut).replace(/\B(?=(\d{3})+$)/g, ",");
    return `${whole < 0n ? "-" : ""}${before}${decimals ? "." : ""}${digits.slice(cut)}`;
  }

  /** How many units of the last decimal a number is, as a BigInt. */
  function steps(value, decimals) {
    if (Number.isInteger(value) && Math.abs(value) < 2 ** 53) return scaled(BigInt(value), decimals);
    const [mantissa, exponent] = Math.abs(value).toExponential(DIGITS - 1).split("e");
    const finest = Math.max(decimals, FINEST);
    // In two steps, so that a number that went through the page and one that did not are printed alike.
    const exact = scaled(BigInt(mantissa.replace(".", "")), Number(exponent) - DIGITS + 1 + finest);
    const whole = scaled(exact, decimals - finest);
    return value < 0 ? -whole : whole;
  }

  function scaled(digits, places) {
    const factor = 10n ** BigInt(Math.abs(places));
    return places < 0 ? (digits + factor / 2n) / factor : digits * factor;
  }

  return { rounded, text };
})();
