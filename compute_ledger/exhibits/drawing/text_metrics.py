"""How wide words are in the book's typeface, and where a name too long for its place breaks into lines."""

import altair as alt

from compute_ledger.shared.typeface import widths

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
