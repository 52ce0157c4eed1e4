"""Concentration of amounts among suppliers, as numbers and as exact intervals."""

from itertools import product

import numpy as np
import pandas as pd

from .commitments import COUNTED_COLUMNS, by_supplier, days_of_change, payables

EXACT_UP_TO = 15


def _shares(amounts: pd.Series | np.ndarray) -> np.ndarray:
    """Positive amounts as shares that sum to 1; empty when there are none."""
    values = np.asarray(amounts, dtype=float)
    values = values[values > 0]
    return values / values.sum() if values.size else values


def hhi(amounts: pd.Series | np.ndarray) -> float:
    """Herfindahl-Hirschman index, 0 to 10,000: 10,000 times the sum of squared shares.

    NaN when no amount is positive. Hirschman 1964, American Economic Review 54(5), 761.
    """
    shares = _shares(amounts)
    return float(10_000 * (shares**2).sum()) if shares.size else float("nan")


def effective_number(amounts: pd.Series | np.ndarray) -> float:
    """Effective number of suppliers, 1 over the sum of squared shares.

    Laakso and Taagepera 1979, Comparative Political Studies 12(1), 3-27; as numbers equivalent Adelman
    1969, Review of Economics and Statistics 51(1), 99-101.
    """
    return 10_000 / hhi(amounts)


def concentration_ratio(amounts: pd.Series | np.ndarray, k: int) -> float:
    """CRk in percent: what the k largest suppliers hold together. Kvålseth 2018, Heliyon 4(10), e00846."""
    shares = np.sort(_shares(amounts))[::-1]
    return float(100 * shares[:k].sum()) if shares.size else float("nan")


def normalised_entropy(amounts: pd.Series | np.ndarray) -> float:
    """Shannon entropy of the shares over its maximum ln n, 0 to 1; 0 for a single supplier. Theil 1967."""
    shares = _shares(amounts)
    if shares.size == 0:
        return float("nan")
    if shares.size == 1:
        return 0.0
    return float(-(shares * np.log(shares)).sum() / np.log(shares.size))


def hhi_interval(low: pd.Series | np.ndarray, high: pd.Series | np.ndarray) -> tuple[float, float]:
    """Exact smallest and largest HHI when each amount lies anywhere in [low, high].

    Minimum: shares are as even as the bounds allow, which is every amount clipped to one common level;
    the best level is a bound or the level at which the free amounts equal the mean square over the mean
    of the fixed ones. Maximum: the HHI is quasi-convex along each amount, so it lies at a corner; corners
    are enumerated (at most EXACT_UP_TO amounts with a real interval). Marshall, Olkin and Arnold 2011.
    """
    lows, highs = np.asarray(low, dtype=float), np.asarray(high, dtype=float)
    if (lows > highs).any() or (lows < 0).any():
        raise ValueError("each low must lie between 0 and its high")
    keep = highs > 0
    lows, highs = lows[keep], highs[keep]
    if not keep.any():
        return float("nan"), float("nan")
    return _smallest_hhi(lows, highs), _largest_hhi(lows, highs)


def _smallest_hhi(lows: np.ndarray, highs: np.ndarray) -> float:
    levels = np.unique(np.concatenate([lows, highs]))
    middles = (levels[:-1] + levels[1:]) / 2
    candidates = list(levels[levels > 0])
    for middle in middles:
        fixed = np.concatenate([lows[lows > middle], highs[highs < middle]])
        if fixed.size and fixed.sum() > 0:
            candidates.append((fixed**2).sum() / fixed.sum())
    return min(hhi(np.clip(level, lows, highs)) for level in candidates)


def _largest_hhi(lows: np.ndarray, highs: np.ndarray) -> float:
    loose = np.flatnonzero(lows < highs)
    if loose.size > EXACT_UP_TO:
        raise ValueError(f"{loose.size} amounts are intervals; the exact maximum is offered for up to {EXACT_UP_TO}")
    corners = np.tile(highs, (2**loose.size, 1))
    if loose.size:
        picks = np.array(list(product([False, True], repeat=loose.size)))
        corners[:, loose] = np.where(picks, lows[loose], highs[loose])
    corners = corners[corners.sum(axis=1) > 0]
    shares = corners / corners.sum(axis=1, keepdims=True)
    return float(10_000 * (shares**2).sum(axis=1).max())


def summary(suppliers: pd.DataFrame) -> dict[str, float]:
    """All measures of one frame of `by_supplier`: hhi with its interval, effective number, CR1, CR3, entropy.

    The interval is NaN where more than EXACT_UP_TO suppliers have an interval of their own.
    """
    amounts = suppliers["counted"]
    exact = (suppliers["counted_low"] < suppliers["counted_high"]).sum() <= EXACT_UP_TO
    low, high = hhi_interval(suppliers["counted_low"], suppliers["counted_high"]) if exact else (np.nan, np.nan)
    return {
        "hhi": hhi(amounts),
        "hhi_low": low,
        "hhi_high": high,
        "effective_suppliers": effective_number(amounts),
        "cr1_pct": concentration_ratio(amounts, 1),
        "cr3_pct": concentration_ratio(amounts, 3),
        "normalised_entropy": normalised_entropy(amounts),
        "total": float(amounts.sum()),
        "suppliers": float(len(suppliers)),
    }


def history(deals: pd.DataFrame, until: pd.Timestamp, level: str = "counterparty", **choices: object) -> pd.DataFrame:
    """Concentration at the end of each month and on the day `until`, from the first counted amount on.

    Grain: one row a day. Columns: `day` and those of `summary`. `choices` go to `payables`.
    """
    changes = days_of_change(deals, until)
    slim = deals[COUNTED_COLUMNS]
    rows: list[dict[str, object]] = []
    seen, measured = -1, None
    for day in _month_ends(changes, until):
        known = int(changes.searchsorted(day, side="right"))
        # Between two changes only what is still to run moves with the day.
        if known != seen or choices.get("basis") == "remaining":
            suppliers = by_supplier(payables(slim, day, **choices), level)  # type: ignore[arg-type]
            seen, measured = known, summary(suppliers) if len(suppliers) else None
        if measured is not None:
            rows.append({"day": day, **measured})
    return pd.DataFrame(rows, columns=None if rows else ["day"])


def _month_ends(changes: pd.DatetimeIndex, until: pd.Timestamp) -> pd.DatetimeIndex:
    if changes.empty:
        return changes
    return pd.date_range(changes[0], until, freq="ME").union(pd.DatetimeIndex([until]))
