"""How wide words are in the book's typeface, and where a name too long for its place breaks into lines."""

from collections.abc import Iterable

import altair as alt

from compute_ledger.shared.typeface import widths

TEXT_SIZE = 12  # px, of labels and names of axes
LABEL_GAP = 10  # px from the end of a mark to its label, and what a mark of a point reaches beyond its middle
AXIS_GAPS = 20  # px at both edges of a drawing, and between the names of an axis and the marks
# For the axis of rows whose names in the scale come from `row_name`: the lines of the drawing at hand, ...
ROW_NAME = "split(split(datum.label, '\\t')[narrow ? 2 : 1], '\\n')"
# ... and how far up they move, so that two lines lie around the middle of their row.
ROW_LIFT = {
    "condition": {"test": "indexof(split(datum.label, '\\t')[narrow ? 2 : 1], '\\n') >= 0", "value": -6},
    "value": 0,
}


def width(words: str, size: float) -> float:
    """Width in px of the widest line of a text, as drawn in the book's typeface."""
    return max(widths.width(line, size) for line in words.split("\n"))


def broken(words: str, room: float, size: float) -> str:
    """`words` on one line if `room` px suffice, else on two, as even as can be; these may still be too wide."""
    if width(words, size) <= room:
        return words
    parts = words.split(" ")
    halves = ["\n".join([" ".join(parts[:i]), " ".join(parts[i:])]) for i in range(1, len(parts))]
    return min(halves, key=lambda half: width(half, size), default=words)


def plot_beside(names: Iterable[str], drawing: float, limit: float) -> float:
    """Room in px for the marks of a drawing `drawing` px wide, beside an axis of `names` cut at `limit` px."""
    return drawing - AXIS_GAPS - min(limit, max((width(name, TEXT_SIZE) for name in names), default=0))


def scale_end(ends: Iterable[float], labels: Iterable[str], room: float) -> float:
    """Where a scale from 0 over `room` px has to end so that no label to the right of its mark's end is cut."""
    rows = zip(ends, labels, strict=True)
    return max((end / (1 - (LABEL_GAP + width(label, TEXT_SIZE)) / room) for end, label in rows), default=1)


def row_name(key: str, name: str, wide: tuple[float, float], narrow: tuple[float, float]) -> str:
    """What stands for a row in a scale: its `key`, and its name as the wide and the narrow drawing show it.

    `wide` and `narrow` are room and size of letters in px.
    """
    return "\t".join([key, broken(name, *wide), broken(name, *narrow)])


def lift(line_height: float) -> alt.ExprRef:
    """How far up a text `shown` moves when it has two lines, so that they lie around where one line would."""
    return alt.ExprRef(f"indexof(datum.shown, '\\n') < 0 ? 0 : {-line_height / 2:g}")


def name_style(room: float, size: float) -> dict[str, float]:
    """How the axis of such rows looks (part of a config); what is still too wide ends in dots."""
    return {"labelLimit": room, "labelFontSize": size, "labelLineHeight": size + 1}
