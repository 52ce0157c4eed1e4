"""The largest sum of squares of numbers of which only intervals and the total are known."""

import numpy as np

from compute_ledger.measures.bounds.branch_and_bound import BoxBound, largest

NOISE = 1e-9  # sums of decimals differ by that much from what they are


def largest_sum_of_squares(low: np.ndarray, high: np.ndarray, total: float, cap: float | None = None) -> float:
    """Largest sum of x*x over numbers x in their intervals [low, high] that add to `total`; -inf if none do.

    cap: any further numbers from 0 to `cap` may be added; at a cap of 0 so many of next to nothing that they add
    nothing to the sum of squares. None: there are no others.

    Numbers with the same interval are looked at together. Of those that add to X as many as can are at the high
    end, all others but one at the low end: the sum of squares is a row of convex arcs over X, below a straight line
    that it touches where none is between. Up to MOST_BOXES of `branch_and_bound` the result is exact, else at most
    a quarter of the square of the widest interval too large. (To be exact always would be to solve subset sum.)
    """
    ends, count = np.unique(np.column_stack([low, high]), axis=0, return_counts=True)
    low, high = ends.T
    least, most = count * low, count * high
    if cap is not None:
        low, high = np.append(low, 0.0), np.append(high, cap)
        least, most = np.append(least, 0.0), np.append(most, max(total, 0.0))
    groups = _Groups(low, high, least, total)
    return largest(least, most, groups.bound)


class _Groups:
    """Numbers in groups of one interval each, which add to `total`; `least` is what a group adds to at its low end."""

    def __init__(self, low: np.ndarray, high: np.ndarray, least: np.ndarray, total: float) -> None:
        self.low, self.high, self.least, self.total = low, high, least, total
        self.width = high - low
        self.step = np.where(self.width > 0, self.width, 1.0)

    def squares(self, sums: np.ndarray) -> np.ndarray:
        """Largest sum of squares of each group that adds to `sums`: some at the high end, one between, others low."""
        over = sums - self.least
        full = np.floor(over / self.step)
        between = self.low + np.where(self.width > 0, over - full * self.step, 0.0)
        full = np.where(self.width > 0, full, 0.0)
        lying_low = sums - full * self.high - between
        return full * self.high * self.high + between * between + lying_low * self.low

    def bound(self, low: np.ndarray, high: np.ndarray) -> BoxBound | None:
        """For groups that add to `low` to `high`: the top of the least concave function above, found by filling the
        total with its steepest pieces first."""
        if not low.sum() - NOISE <= self.total <= high.sum() + NOISE:
            return None
        # Of each group the arcs between the first and the last touched sum lie below one straight line; before and
        # after them is a part of an arc, below its chord. So three pieces a group make the least concave function.
        touching = np.stack([low, *self._touched(low, high), high])
        height = self.squares(touching)
        length, rise = np.diff(touching, axis=0), np.diff(height, axis=0)
        slope = np.divide(rise, length, out=np.zeros_like(rise), where=length > NOISE)
        order = np.argsort(-slope, axis=None, kind="stable")
        before = np.cumsum(length.flat[order]) - length.flat[order]
        filled = np.empty_like(length)
        filled.flat[order] = np.clip(self.total - low.sum() - before, 0.0, length.flat[order])
        sums = low + filled.sum(axis=0)
        upper, reached = height[0] + (filled * slope).sum(axis=0), self.squares(sums)
        # Where line and arcs differ most at the filled sums, a cut there makes both ends of the halves touch.
        axis = int(np.argmax(upper - reached))
        place = float(sums[axis])
        return BoxBound(float(upper.sum()), float(reached.sum()), axis, place, place)

    def _touched(self, low: np.ndarray, high: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """First and last sum from `low` to `high` at which no number of the group is between its ends."""
        first = self.least + np.ceil((low - self.least) / self.step - NOISE) * self.step
        last = self.least + np.floor((high - self.least) / self.step + NOISE) * self.step
        first = np.where(self.width > 0, np.clip(first, low, high), high)
        return first, np.where(self.width > 0, np.clip(last, first, high), high)
