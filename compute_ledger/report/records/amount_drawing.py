"""The amount of a record as a drawing: every claim a dot at its figure, over the interval that its wording allows."""

import math
from collections.abc import Sequence
from typing import Any

from markupsafe import Markup

from compute_ledger.shared import rounding

WIDTH_PX, SIDE_PX, STEP_PX, RADIUS_PX, AXIS_PX = 344, 16, 11, 4, 34
MOST_ROWS = 24  # claims of one figure above this share the last row


def drawing(amounts: dict[str, Any], name: str) -> Markup:
    """SVG of `amounts` (a field of a record) with title, description and a label for each dot; '' without a figure."""
    claims = [claim for claim in amounts["claims"] if _at(claim) is not None]
    if not claims:
        return Markup("")
    low, high = _ends(claims)
    rows = _rows(claims)
    height = (max(rows) + 1) * STEP_PX + AXIS_PX + 4

    def x(value: float) -> float:
        inner = WIDTH_PX - 2 * SIDE_PX
        return rounding.rounded(SIDE_PX + inner * (min(max(value, low), high) - low) / (high - low), 1)

    def y(row: int) -> float:
        return height - AXIS_PX - (row + 0.5) * STEP_PX

    marks = [_mark(claim, x, y(row), low, high) for claim, row in zip(claims, rows, strict=True)]
    return Markup(
        '<svg class="chart" role="img" width="{w}" height="{h}" viewBox="0 0 {w} {h}"'
        ' aria-labelledby="{id}-title" aria-describedby="{id}-desc">'
        '<title id="{id}-title">{title}</title><desc id="{id}-desc">{words}</desc>{axis}<g>{marks}</g></svg>'
    ).format(
        w=WIDTH_PX,
        h=height,
        id=name,
        title=amounts["title"],
        words=described(claims, amounts["unit"]),
        axis=_axis(x, low, high, height, amounts["unit"]),
        marks=Markup("").join(marks),
    )


def described(claims: Sequence[dict[str, Any]], unit: str) -> str:
    """Dots for claims, from the lowest to the highest, in words."""
    figures = [float(_at(claim) or 0) for claim in claims]
    low, high = (_number(end) for end in (min(figures), max(figures)))
    where = f"at {low}" if low == high else f"from {low} to {high}"
    dots = f"{len(claims)} {'dot' if len(claims) == 1 else 'dots, one a claim'}"
    return f"{dots}, {where} {unit}; filled the one that leads, lines the intervals that the wording allows."


def _at(claim: dict[str, Any]) -> float | None:
    """Where the dot of a claim stands: its figure or, without one, the end that it gives."""
    return next((claim[side] for side in ("value", "low", "high") if claim[side] is not None), None)


def _ends(claims: Sequence[dict[str, Any]]) -> tuple[float, float]:
    """The axis: from nothing to a round number above the largest figure."""
    largest = max(claim[side] for claim in claims for side in ("value", "low", "high") if claim[side] is not None)
    step = 10 ** math.floor(math.log10(largest)) if largest > 0 else 1
    return 0.0, float(next(step * times for times in (1.2, 1.5, 2, 3, 4, 5, 6, 8, 10, 12) if step * times > largest))


def _rows(claims: Sequence[dict[str, Any]]) -> list[int]:
    """The row of each dot: those of one figure stand above each other."""
    taken: dict[float, int] = {}
    rows = []
    for claim in claims:
        at = float(_at(claim) or 0)
        rows.append(min(taken.get(at, 0), MOST_ROWS - 1))
        taken[at] = taken.get(at, 0) + 1
    return rows


def _mark(claim: dict[str, Any], x: Any, y: float, low: float, high: float) -> Markup:
    at = float(_at(claim) or 0)
    interval = Markup("")
    if claim["low"] is not None or claim["high"] is not None:
        ends = x(low if claim["low"] is None else claim["low"]), x(high if claim["high"] is None else claim["high"])
        line = '<line x1="{}" x2="{}" y1="{y}" y2="{y}" stroke="var(--muted)" stroke-width="1.5"/>'
        interval = Markup(line).format(*ends, y=y)
    fill = "var(--accent)" if claim["leads"] else "var(--paper)"
    dot = Markup('<circle cx="{}" cy="{}" r="{}" fill="{}" stroke="var(--accent)" stroke-width="1.5">').format(
        x(at), y, RADIUS_PX, fill
    )
    return interval + dot + Markup("<title>{}</title></circle>").format(claim["label"])


def _axis(x: Any, low: float, high: float, height: int, unit: str) -> Markup:
    """A line with its two ends and the middle."""
    base = height - AXIS_PX
    line = Markup('<line x1="{}" x2="{}" y1="{y}" y2="{y}" stroke="var(--muted)"/>').format(x(low), x(high), y=base)
    words = Markup('<text x="{}" y="{}" text-anchor="{}" fill="var(--ink)" font-size="12">{}</text>')
    ticks = [
        words.format(x(value), base + 16, anchor, text)
        for value, anchor, text in (
            (low, "start", _number(low)),
            ((low + high) / 2, "middle", _number((low + high) / 2)),
            (high, "end", f"{_number(high)} {unit}"),
        )
    ]
    return Markup('<g font-family="var(--sans)">') + line + Markup("").join(ticks) + Markup("</g>")


def _number(value: float) -> str:
    text = rounding.text(value, 2)
    return text.rstrip("0").rstrip(".") if "." in text else text
