"""The largest value of a function on a box, without trying every corner: branch and bound.

Falk and Soland 1969, Management Science 15(9), 550-569: put a concave function over the one in question, as tight as
can be on a box; where the two differ at the top of the upper one, halve the box there and look at both halves.
"""

import heapq
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

MOST_BOXES = 2_000
CLOSE_ENOUGH = 1e-12  # of the largest value: what adding up in another order does


@dataclass(frozen=True)
class BoxBound:
    """What is known of a box: nowhere above `upper`, and `reached` somewhere. To know more, halve it along `axis`:
    one half ends at `first_end`, the other begins at `second_start`, and between them there is no need to look."""

    upper: float
    reached: float
    axis: int
    first_end: float
    second_start: float


def largest(low: np.ndarray, high: np.ndarray, bound: Callable[[np.ndarray, np.ndarray], BoxBound | None]) -> float:
    """The largest value between `low` and `high`, of a function that `bound` bounds on any box (None: not defined).

    Exact where at most MOST_BOXES boxes settle it; else what it cannot be above, the least such that they prove.
    -inf where the function is defined nowhere.
    """
    # Boxes wait by their upper bound, the highest first. When that of the first is no higher than a value reached
    # somewhere, no box can hold a larger one; until then the first is halved and its halves take its place.
    waiting: list[tuple[float, int, BoxBound, np.ndarray, np.ndarray]] = []
    reached, looked_at, halves = -np.inf, 0, [(low, high)]
    while True:
        for box in halves:
            looked_at += 1
            if box_bound := bound(*box):
                reached = max(reached, box_bound.reached)
                # The count stands before the rest so that equal bounds never compare arrays.
                heapq.heappush(waiting, (-box_bound.upper, looked_at, box_bound, *box))
        if not waiting:
            return reached
        _, _, best, low, high = heapq.heappop(waiting)
        if best.upper <= reached + CLOSE_ENOUGH * abs(reached):
            return reached
        if looked_at >= MOST_BOXES:
            return best.upper
        halves = [(low, _with(high, best.axis, best.first_end)), (_with(low, best.axis, best.second_start), high)]


def _with(ends: np.ndarray, axis: int, end: float) -> np.ndarray:
    moved = ends.copy()
    moved[axis] = end
    return moved
