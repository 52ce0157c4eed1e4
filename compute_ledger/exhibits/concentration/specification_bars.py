"""The marks of a specification curve: dots of the index over a matrix of the choices behind each."""

from typing import Any

import altair as alt
import pandas as pd

from compute_ledger.exhibits import code_labels, formatting
from compute_ledger.exhibits.drawing.hhi_lines import guidelines
from compute_ledger.exhibits.theme import (
    BLUE,
    GOLD,
    INK,
    MUTED,
    PURPLE,
    TEAL,
    VERMILION,
    in_expression,
    text,
    when_narrow,
)
from compute_ledger.ledger.grades import GRADES
from compute_ledger.measures.specification_curve import CHOICES, OFFERED
from compute_ledger.shared import rounding

MOST_DRAWN = 300
SHADES = (BLUE, VERMILION, TEAL, PURPLE, GOLD)
CHOICE_LABELS = {
    "perimeter": "Perimeter",
    "basis": "Basis",
    "overlaps": "Overlaps",
    "level": "Level",
    "grade": "Lowest grade",
}
OPTION_LABELS = {
    "firm": "firm",
    "firm_and_conditional": "+ conditional",
    "announced": "+ announced",
    "headline": "headline",
    "annualised": "a year",
    "remaining": "still to run",
    "count_parts": "parts",
    "count_parents": "totals",
    "count_both": "parts and totals",
    "counterparty": "supplier",
    "group": "group",
    "layer": "layer",
}
# The matrix shares the axis of the index: its rows lie below zero, one ROW apart, with a GAP between choices.
TOP, ROW, GAP, TICK = 10_600, 700, 350, 240


def option_label(name: str, option: str) -> str:
    return f"grade {option}" if name == "grade" else OPTION_LABELS[option]


def in_words(row: pd.Series) -> str:
    """The five choices of one specification as a reader would say them."""
    return (
        f"{code_labels.PERIMETER_LABELS[row['perimeter']]}, {code_labels.BASIS_LABELS[row['basis']]}, {code_labels.OVERLAP_LABELS[row['overlaps']]}, "
        f"by {code_labels.LEVEL_LABELS[row['level']]}, sources down to grade {row['grade']}"
    )


def _matrix() -> pd.DataFrame:
    """Rows of the matrix: one an option, with its place on the axis of the index."""
    options = [(name, option) for name in OFFERED for option in OFFERED[name]] + [("grade", grade) for grade in GRADES]
    rows = pd.DataFrame(options, columns=["choice", "option"])
    rows["place"] = -ROW * (rows.index + 1) - GAP * rows["choice"].map(CHOICES.index)
    rows["label"] = [option_label(*pair) for pair in options]
    return rows.assign(heading=rows["choice"].map(CHOICE_LABELS).where(~rows["choice"].duplicated(), ""))


def drawn(rows: pd.DataFrame) -> pd.DataFrame:
    """At most MOST_DRAWN specifications: evenly spread, with both ends and the reader's own."""
    step = -(-len(rows) // (MOST_DRAWN - 2))
    ends = rows.index.isin([0, len(rows) - 1]) | rows["own"]
    return rows[(rows.index % step == 0) | ends]


def _points(rows: pd.DataFrame, matrix: pd.DataFrame, coloured: str) -> pd.DataFrame:
    place = matrix.set_index(["choice", "option"])["place"].to_dict()
    points = pd.DataFrame({"rank": rows.index, "hhi": rounding.column(rows["hhi"], 0), "own": rows["own"]})
    points["option"] = [option_label(coloured, option) for option in rows[coloured]]
    for name in CHOICES:
        points[name] = [place[name, option] for option in rows[name]]
    points["same"] = [
        [place[name, option] for name in CHOICES for option in row[f"same_{name}"] if option != row[name]]
        for _, row in rows.iterrows()
    ]
    return points.assign(
        about=[f"HHI {formatting.number(row['hhi'], 0)}: {in_words(row)}" for _, row in rows.iterrows()]
    )


def _middles(points: pd.DataFrame) -> pd.DataFrame:
    """The dot in the middle of each colour, to carry its name."""
    place = points.groupby("option").cumcount()
    half = (points.groupby("option")["option"].transform("size") - 1) // 2
    return points.loc[place == half, ["rank", "hhi", "option"]]


def curve_and_matrix(rows: pd.DataFrame, coloured: str) -> alt.TopLevelMixin:
    """Dots of the index, lowest first, over the choices behind each. `coloured`: the choice that colours the dots."""
    matrix = _matrix()
    points = _points(drawn(rows), matrix, coloured)
    options = matrix.loc[matrix["choice"] == coloured, "label"].tolist()
    shade = alt.Color("option:N", scale=alt.Scale(domain=options, range=list(SHADES[: len(options)])), legend=None)
    room = len(rows)
    x_scale = alt.Scale(domain=alt.ExprRef(f"[{when_narrow(-0.47 * room, -0.42 * room).expr}, {room}]"), nice=False)
    x = alt.X("rank:Q", scale=x_scale, axis=None)
    floor = float(matrix["place"].min()) - ROW / 2
    y_scale = alt.Scale(domain=[floor, TOP], nice=False)
    y_axis = alt.Axis(values=list(range(0, 10_001, 2_000)), titleAnchor="end", domain=False)
    y = alt.Y("hhi:Q", scale=y_scale, title="HHI", axis=y_axis)
    row = alt.Y("place:Q", scale=y_scale, title="HHI")
    own_points = points[points["own"]]
    own_points = own_points.assign(label=[f"this page {formatting.number(hhi, 0)}" for hhi in own_points["hhi"]])
    # Dots rise from left to right, so that what is right below a dot or left above it is free.
    middles = alt.Chart(_middles(points)).encode(x=x, y=y, text=alt.Text("option:N"))
    lines, line_labels = guidelines()
    base = alt.Chart(points).encode(x=x, y=y)
    return alt.layer(
        lines,
        alt.Chart(own_points).mark_rule(strokeWidth=1).encode(x=x, y=y, y2=alt.Y2Datum(floor)),
        *_choices(points, coloured, shade, x, row, room),
        base.mark_circle(size=when_narrow(14, 30), opacity=1).encode(
            color=shade, description=alt.Description("about:N")
        ),
        alt.Chart(own_points).mark_point(size=110, color=INK, strokeWidth=2, opacity=1, aria=False).encode(x=x, y=y),
        *_option_names(matrix, row),
        *text(middles.transform_filter(f"datum.rank < {in_expression(0.8 * room)}"), align="left", dx=7, dy=13),
        *text(middles.transform_filter(f"datum.rank >= {in_expression(0.8 * room)}"), align="right", dx=-7, dy=-11),
        *text(
            alt.Chart(own_points).encode(x=x, y=y, text=alt.Text("label:N")),
            align="right",
            dx=-9,
            dy=-12,
            fontWeight="bold",
        ),
        *line_labels,
    )


def _choices(points: pd.DataFrame, coloured: str, shade: alt.Color, x: alt.X, row: alt.Y, room: int) -> list[alt.Chart]:
    """Ticks of the matrix: pale for options that would change nothing, then the choices made, one of them coloured."""
    tick: dict[str, Any] = {"strokeWidth": when_narrow(min(2, 130 / room), min(4.5, 300 / room)), "aria": False}
    span: dict[str, Any] = {"y": row, "y2": "end:Q", "x": x}
    chosen = alt.Chart(points).transform_fold([*CHOICES], as_=["choice", "middle"])
    same = alt.Chart(points[["rank", "same"]]).transform_flatten(["same"], ["middle"])
    chosen, same = (
        marks.transform_calculate(place=f"datum.middle - {TICK}", end=f"datum.middle + {TICK}").encode(**span)
        for marks in (chosen, same)
    )
    return [
        same.mark_rule(color=MUTED, opacity=0.3, **tick),
        chosen.transform_filter(f"datum.choice !== '{coloured}'").mark_rule(color=INK, opacity=1, **tick),
        chosen.transform_filter(f"datum.choice === '{coloured}'").mark_rule(opacity=1, **tick).encode(color=shade),
    ]


def _option_names(matrix: pd.DataFrame, row: alt.Y) -> list[alt.Chart]:
    """What each row of the matrix is, and at its first row what each choice is called."""
    labels = alt.Chart(matrix[["place", "label", "heading"]]).encode(y=row)
    return [
        labels.mark_text(align="left", color=INK, fontSize=11).encode(
            x=alt.XValue(alt.expr("narrow ? 2 : 92")), text=alt.Text("label:N")
        ),
        labels.transform_calculate(shown="narrow ? '' : datum.heading")
        .mark_text(align="left", color=MUTED, fontSize=11, dx=2)
        .encode(x=alt.XValue(0), text=alt.Text("shown:N")),
    ]
