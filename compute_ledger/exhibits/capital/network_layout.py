"""Where the firms of a network stand and how the arrows between them bend: the same ledger, the same picture."""

from collections.abc import Iterator
from itertools import combinations, permutations
from math import atan2, cos, degrees, hypot, pi, sin

import pandas as pd

from compute_ledger.shared import rounding

HUB, STOP = 11, 8
BEND, NEXT_BEND = 0.12, 0.17
# Room on the ring that a firm has even with no arrow, in arrows.
ROOM = 2.0
# Where on an arrow its symbol may stand (0 to 2), best first: from the hub, to the hub, past the hub.
TRIED = {
    "out": (1.3, 1.5, 1.1, 1.65, 0.9, 0.7),
    "back": (0.7, 0.5, 0.9, 0.35, 1.1, 1.3),
    "across": (1.0, 0.75, 1.25, 0.5, 1.5),
}

Point = tuple[float, float]
Places = dict[str, Point]
# Middle and half axes.
Oval = tuple[float, float, float, float]
# Width and height of a drawing in px, and the half axes of the ellipse on which the firms stand.
Box = tuple[int, int, int, int]


def ring(summed: pd.DataFrame, hub: str) -> list[str]:
    """All firms but the hub in an order round the ring that keeps those with a tie beside each other.

    Swaps or moves firms as long as that shortens the way round between firms with a tie.
    """
    order = sorted((set(summed["payer"]) | set(summed["payee"])) - {hub})
    ties = sorted(
        {
            tuple(sorted(pair))
            for pair in zip(summed["payer"], summed["payee"], strict=True)
            if hub not in pair and pair[0] != pair[1]
        }
    )

    def length(candidate: list[str]) -> int:
        place = {firm: i for i, firm in enumerate(candidate)}
        steps = (abs(place[a] - place[b]) for a, b in ties)
        return sum(min(step, len(candidate) - step) ** 2 for step in steps)

    # A local search from the names in order, with the first improvement taken at once: the same ledger gives the same
    # ring. It ends, as `length` is a whole number that falls with each step. One long tie costs more than many short ones.
    best, improved = length(order), True
    while improved:
        improved = False
        for candidate in _neighbours(order):
            if length(candidate) < best:
                order, best, improved = candidate, length(candidate), True
                break
    return order


def _neighbours(order: list[str]) -> Iterator[list[str]]:
    """The order with two firms swapped, or one moved, each way once."""
    for i, j in combinations(range(len(order)), 2):
        swapped = order.copy()
        swapped[i], swapped[j] = order[j], order[i]
        yield swapped
    for i, j in permutations(range(len(order)), 2):
        moved = [*order[:i], *order[i + 1 :]]
        moved.insert(j, order[i])
        yield moved


def placed(order: list[str], hub: str, weight: pd.Series, box: Box) -> Places:
    """Places in px: the hub in the middle, the others on an ellipse, with more room for those with more arrows."""
    width, height, across, down = box
    middle = (width / 2, height / 2)
    # A firm stands in the middle of its share of the circle; the first share begins at the top.
    rooms = [ROOM + float(weight[firm]) for firm in order]
    turned = [2 * pi * (sum(rooms[:i]) + room / 2) / sum(rooms) - pi / 2 for i, room in enumerate(rooms)]
    ring = {
        firm: (_px(middle[0] + across * cos(angle)), _px(middle[1] + down * sin(angle)))
        for firm, angle in zip(order, turned, strict=True)
    }
    return ring | {hub: middle}


def _px(length: float) -> float:
    """A length that says which side of what it lies on whatever the last bits of a cosine are."""
    return rounding.rounded(length, 3)


def oval(place: Point, wide: float = HUB, tall: float = HUB, below: float = 0.0) -> Oval:
    """The room of a firm that arrows keep out of: its dot, and for the hub its name below the dot."""
    return place[0], place[1] + below, wide, tall


def _edge(room: Oval, towards: Point, gap: float) -> tuple[Point, float]:
    """The point outside of a room in the direction of `towards`, and the angle of that direction."""
    x, y, wide, tall = room
    angle = atan2(towards[1] - y, towards[0] - x)
    radius = 1 / hypot(cos(angle) / wide, sin(angle) / tall) + gap
    return (_px(x + radius * cos(angle)), _px(y + radius * sin(angle))), angle


def curve(start: Oval, end: Oval, lane: int, width: float) -> tuple[list[Point], float]:
    """A bent line from firm to firm: its three points, and the angle in degrees at which its head points."""
    # The control point stands off the middle of the line, at a right angle to it, by a part of its length: further for
    # each lane, so that several forms between two firms do not cover each other, and for short lines.
    dx, dy = end[0] - start[0], end[1] - start[1]
    bend = (BEND + NEXT_BEND * lane) * (1 if dx * dx + dy * dy > 120 * 120 else 1.6)
    control = (_px((start[0] + end[0]) / 2 - dy * bend), _px((start[1] + end[1]) / 2 + dx * bend))
    first, _ = _edge(start, control, 0.0)
    last, back = _edge(end, control, STOP + width)
    return [first, control, last], degrees(back + pi)


def _on(points: list[Point], t: float) -> Point:
    """The point at `t` (0 to 2) of the cubic B-spline through three points, as Vega draws it (interpolate basis)."""
    first, control, last = points
    ends = (first, control) if t <= 1 else (last, control)
    u = t if t <= 1 else 2 - t
    other = last if t <= 1 else first
    # Bezier points of half the spline, from its outer end to its middle, as weights of the three points.
    weights = ((5, 1, 0), (4, 2, 0), (2, 4, 0), (1, 4, 1))
    v = 1 - u
    parts = (v * v * v, 3 * u * v * v, 3 * u * u * v, u * u * u)
    near, middle, far = (
        sum(part * weight[i] / 6 for part, weight in zip(parts, weights, strict=True)) for i in range(3)
    )
    x, y = (near * ends[0][i] + middle * ends[1][i] + far * other[i] for i in (0, 1))
    return _px(x), _px(y)


def symbol_places(curves: list[list[Point]], labels: list[str], kinds: list[str], places: Places) -> list[Point]:
    """Where the symbols stand: away from the hub, where arrows crowd, and where no amount covers another."""
    occupied_boxes = [(x - 30, y - 24, x + 30, y + 24) for x, y in places.values()]
    spots_taken = []
    for points, label, kind in zip(curves, labels, kinds, strict=True):
        wide = 8 + (6.5 * len(label) if label != "?" else 0)
        spots = [_on(points, t) for t in TRIED[kind]]
        boxes = [(x - 6, y - 8, x + wide, y + 8) for x, y in spots]
        free = [i for i, box in enumerate(boxes) if not any(_meet(box, other) for other in occupied_boxes)]
        best = free[0] if free else 0
        occupied_boxes.append(boxes[best])
        spots_taken.append(spots[best])
    return spots_taken


def _meet(one: tuple[float, ...], other: tuple[float, ...]) -> bool:
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]
