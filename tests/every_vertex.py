"""The largest HHI by trying every vertex: slow twins of `market_hhi` and `concentration` for a handful of names."""

from itertools import chain, product

import numpy as np


def largest_market_hhi(low_pct: np.ndarray, high_pct: np.ndarray, bounds_tail: np.ndarray) -> float:
    """Upper end of `market_hhi.market_hhi_interval`.

    The HHI is convex, so its maximum is a vertex of what the shares allow: each named share at an end of its
    interval, or those bounding ones that are not at an end equal to one common cap t, k tail firms at t, and at most
    one firm, named or not, that takes what is left.
    """
    lows, highs = np.asarray(low_pct, dtype=float), np.asarray(high_pct, dtype=float)
    return float(_vertices(lows, highs, np.asarray(bounds_tail, dtype=bool)).max())


def largest_hhi(low: np.ndarray, high: np.ndarray) -> float:
    """Upper end of `concentration.hhi_interval`: the HHI at every corner of the box."""
    corners = np.array(list(product(*zip(low, high, strict=True))))
    corners = corners[corners.sum(axis=1) > 0]
    shares = corners / corners.sum(axis=1, keepdims=True)
    return float(10_000 * (shares**2).sum(axis=1).max())


def _vertices(lows: np.ndarray, highs: np.ndarray, bounds: np.ndarray) -> np.ndarray:
    """HHI at every candidate vertex: each share at its low end (0), its high end (1) or tied with the cap (2),
    or one of them free to fill what is left of the market (3). Of firms with equal intervals one order is tried."""
    order = np.lexsort((bounds, highs, lows))
    lows, highs, bounds = lows[order], highs[order], bounds[order]
    alike = np.flatnonzero((np.diff(lows) == 0) & (np.diff(highs) == 0) & (np.diff(bounds.astype(int)) == 0))
    loose = lows < highs
    may_tie = loose & bounds & (lows <= highs[bounds].min(initial=np.inf))
    corners = [(0, 1) if free else (0,) for free in loose]
    with_ties = [(*ends, 2) if tie else ends for ends, tie in zip(corners, may_tie, strict=True)]
    picks = [product(*with_ties)]
    picks += [product(*corners[:i], (3,), *corners[i + 1 :]) for i in np.flatnonzero(loose)]
    chosen = np.array(list(chain(*picks)), dtype=np.int8)
    chosen = chosen[(chosen[:, alike] <= chosen[:, alike + 1]).all(axis=1)]
    values = np.where(chosen == 0, lows, np.where(chosen == 1, highs, 0.0))
    rest = 100 - values.sum(axis=1)
    fits = rest >= -1e-9
    chosen, values, rest = chosen[fits], values[fits], rest[fits]
    squares = (values**2).sum(axis=1)
    cap = np.where((chosen < 2) & bounds, values, np.inf).min(axis=1, initial=np.inf)
    tied, free = chosen == 2, chosen == 3
    ties, frees = tied.any(axis=1), free.any(axis=1)
    packed = ~(ties | frees)
    floor, ceiling = np.where(tied, lows, -np.inf).max(axis=1), np.where(tied, highs, np.inf).min(axis=1)
    at = free[frees].argmax(axis=1)
    least = np.maximum(lows[at], np.where(bounds[at], cap[frees], 0.0))
    added = np.empty(rest.size)
    added[packed] = _packed(rest[packed], cap[packed])
    added[ties] = _tied(rest[ties], tied[ties].sum(axis=1), floor[ties], np.minimum(ceiling, cap)[ties])
    added[frees] = _filled(rest[frees], cap[frees], least, highs[at])
    return np.append(squares + added, (lows**2).sum())


# Each takes one value a candidate and gives the largest sum of squares of what is left, -inf where it cannot be so.


def _tied(rest: np.ndarray, bounding: np.ndarray, floor: np.ndarray, ceiling: np.ndarray) -> np.ndarray:
    """`rest` split evenly among the `bounding` tied named firms and any number of unnamed ones: as few as may be."""
    fewest = np.maximum(bounding, np.ceil(rest / np.maximum(ceiling, 1e-9)))
    best = np.full(rest.size, -np.inf)
    # Division rounds: the count beside the one it gives is tried as well.
    for firms in (np.maximum(fewest - 1, bounding), fewest, fewest + 1):
        share = rest / firms
        best = np.maximum(best, np.where((floor <= share) & (share <= ceiling), rest * share, -np.inf))
    return best


def _filled(rest: np.ndarray, cap: np.ndarray, low: np.ndarray, high: np.ndarray) -> np.ndarray:
    """One named share in [low, high] that takes what k unnamed firms as large as `cap` leave: k small or large."""
    size = np.where(np.isinf(cap), 0.0, cap)
    most = np.where(size > 0, np.floor(rest / np.maximum(cap, 1e-9)), 0.0)
    best = np.full(rest.size, -np.inf)
    for end in (high, low):
        nearest = np.ceil((rest - end) / np.clip(cap, 1e-9, 1e9))
        for firms in (np.clip(nearest + step, 0, most) for step in (-1, 0, 1)):
            share = rest - firms * size
            concentrations = np.where((low <= share) & (share <= high), share**2 + firms * size**2, -np.inf)
            best = np.maximum(best, concentrations)
    return best


def _packed(rest: np.ndarray, cap: np.ndarray) -> np.ndarray:
    """`rest` split among firms of at most `cap`."""
    size = np.minimum(cap, np.maximum(rest, 0.0))
    full = np.floor(rest / np.maximum(size, 1e-9) + 1e-12)
    return np.where(size > 0, full * size**2 + np.maximum(rest - full * size, 0.0) ** 2, 0.0)
