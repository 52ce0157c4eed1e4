"""The least and the most concentrated amounts that lie between given bounds."""

import numpy as np

from compute_ledger.measures.bounds.branch_and_bound import BoxBound, largest


def most_even_amounts(lows: np.ndarray, highs: np.ndarray) -> np.ndarray:
    """The amounts within their bounds that are most alike: all clipped to the level at which the HHI is least."""
    # Between two neighbouring ends the same amounts are at an end, with sum F and sum of squares Q, and n others lie at
    # the level t: the HHI (Q + n t^2) / (F + n t)^2 is least at t = Q / F. So the best level is such a t, or an end.
    levels = np.unique(np.concatenate([lows, highs]))
    middles = (levels[:-1] + levels[1:]) / 2
    fixed, squares = _clipped_sums(lows, highs, middles, 0.0)
    between = squares[fixed > 0] / fixed[fixed > 0]
    candidates = np.concatenate([levels[levels > 0], between])
    sums, squares = _clipped_sums(lows, highs, candidates, 1.0)
    return np.clip(candidates[np.argmin(squares / (sums * sums))], lows, highs)


def _clipped_sums(
    lows: np.ndarray, highs: np.ndarray, levels: np.ndarray, free: float
) -> tuple[np.ndarray, np.ndarray]:
    """Sum and sum of squares of the amounts clipped to each level; those that it lies between count `free` times."""
    # Amounts whose low end is above the level stay at it, those whose high end is below it at that: with both sorted,
    # running sums give these parts for all levels at once.
    lows, highs = np.sort(lows)[::-1], np.sort(highs)
    above = lows.size - np.searchsorted(lows[::-1], levels, side="right")
    below = np.searchsorted(highs, levels, side="left")
    level = free * (lows.size - above - below) * levels
    sums = _running(lows)[above] + _running(highs)[below] + level
    return sums, _running(lows * lows)[above] + _running(highs * highs)[below] + level * levels


def _running(values: np.ndarray) -> np.ndarray:
    return np.append(0.0, np.cumsum(values))


def largest_hhi(lows: np.ndarray, highs: np.ndarray) -> float:
    """Largest HHI, 0 to 10,000, of amounts between their bounds: exact, or too large where `largest` is."""
    return 10_000 * largest(lows, highs, _bound_of_hhi)


def _bound_of_hhi(lows: np.ndarray, highs: np.ndarray) -> BoxBound:
    """For amounts in [low, high]: the largest sum of squares over the square of the sum.

    Amounts that add to S have the largest sum of squares, or a chord above it, when those with the highest middles
    are at their high ends and the next takes the rest. From one such corner to the next the chord over S * S has at
    most one peak.
    """
    # Raising an amount from its low to its high end adds `high - low` to the sum and (high - low) * (low + high) to the
    # squares: `slope` is what a dollar adds. The steepest first, so no amounts with the same sum lie above the chords.
    order = np.argsort(-(lows + highs), kind="stable")
    slope = (lows + highs)[order]
    sums = lows.sum() + _running((highs - lows)[order])
    squares = (lows * lows).sum() + _running((highs - lows)[order] * slope)
    corners = np.divide(squares, sums * sums, out=np.zeros_like(sums), where=sums > 0)
    # Along a chord the squares are offset + slope * S; over S * S that has its peak at S = -2 * offset / slope.
    offset = squares[:-1] - slope * sums[:-1]
    inside = (slope * sums[:-1] < -2 * offset) & (-2 * offset < slope * sums[1:])
    peaks = np.divide(slope * slope, -4 * offset, out=np.zeros_like(slope), where=inside)
    best = int(order[np.argmax(peaks)])
    reached = float(corners.max())
    # A chord may rise above 1, the HHI of a single supplier. The largest HHI is at a corner: no need to look between.
    upper = max(reached, min(1.0, float(peaks.max())))
    return BoxBound(upper, reached, best, float(lows[best]), float(highs[best]))
