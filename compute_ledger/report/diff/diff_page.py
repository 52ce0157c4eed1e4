"""A comparison for people: lines of text, and a page with the charts side by side."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby
from operator import attrgetter
from typing import Any, Protocol

from compute_ledger.report.book.contents import Contents
from compute_ledger.report.charts import standalone_pictures, vega_svg
from compute_ledger.report.diff.differences import ChartChange, FigureChange
from compute_ledger.report.diff.snapshots import Cell, Shown, Side
from compute_ledger.report.files.results_folder import Folder
from compute_ledger.report.pages import results_page
from compute_ledger.report.pages.results_page import number
from compute_ledger.shared import rounding
from compute_ledger.shared.text import slug

PAGE, TEMPLATE = "diff.html", "diff.html.j2"
MOST_LINES = 20  # of one table or chart, in text
LONGEST_CELL = 48  # characters, in text
Line = tuple[str, str, str, str, str]  # kind, what, a, b, change


class Row(Protocol):
    """A changed row of a ledger: see `compute_ledger.ledger.changed_rows.RowChange`."""

    table: str
    key: str
    column: str
    a: str
    b: str
    only: str


@dataclass(frozen=True)
class Comparison:
    """Everything that differs between sides `a` and `b`; `unread` says why rows could not be compared, if so.

    `grounds` are the day, grade and hash of the data that they rest on, where these differ: (name, of a, of b).
    """

    a: Side
    b: Side
    figures: Sequence[FigureChange]
    rows: Sequence[Row]
    charts: Sequence[ChartChange]
    unread: str = ""

    @property
    def grounds(self) -> list[tuple[str, str, str]]:
        a, b = self.a.provenance, self.b.provenance
        return [(name, a[name], b[name]) for name in a if name in b and a[name] != b[name]]

    @property
    def alike(self) -> bool:
        return not (self.grounds or self.figures or self.rows or self.charts)

    @property
    def summary(self) -> str:
        """What differs, in one sentence."""
        if self.alike:
            return f"{self.a.name} and {self.b.name} are alike."
        found = (
            (self.grounds, "fact about their data"),
            (self.figures, "key figure"),
            (self.rows, "ledger change"),
            (self.charts, "exhibit"),
        )
        counted = [_counted(len(each), word) for each, word in found if each]
        return f"{self.a.name} and {self.b.name} differ in {', '.join(counted)}."


def lines(comparison: Comparison) -> list[str]:
    """The differences, one a line, aligned by kind; of many rows of one table the first, and how many more."""
    names = comparison.a.name, comparison.b.name
    rows: list[Line] = []
    for _, group in groupby(comparison.rows, key=attrgetter("table", "only")):
        rows += _shortened([_row_line(row, names) for row in group])
    grounds = [("data", *each, "") for each in comparison.grounds]
    figures = [_figure_line(change) for change in comparison.figures]
    charts = [("chart", change.name, *_told(change, names)) for change in comparison.charts]
    return [line for kind in (grounds, figures, rows, charts) for line in _aligned(kind)]


def write(contents: Contents, comparison: Comparison, folder: Folder) -> None:
    """Write diff.html, its stylesheet and the pictures of the charts that differ."""
    a, b = comparison.a.name, comparison.b.name
    facts = {
        "book": contents.title,
        "title": f"{a} against {b}",
        "a": a,
        "b": b,
        "summary": comparison.summary,
        "unread": comparison.unread,
        "grounds": comparison.grounds,
        "figures": [[change.label, *_figure_line(change)[2:], change.unit] for change in comparison.figures],
        "tables": [
            {"name": name, "rows": [_row_line(row, (a, b))[1:] for row in rows]}
            for name, rows in groupby(comparison.rows, key=attrgetter("table"))
        ],
        "charts": [_chart(change, (a, b), folder) for change in comparison.charts],
    }
    results_page.write(contents.root, TEMPLATE, folder, PAGE, facts)


def as_json(comparison: Comparison) -> dict[str, Any]:
    """The whole comparison for programs."""
    return {
        "a": comparison.a.name,
        "b": comparison.b.name,
        "alike": comparison.alike,
        "rows_not_compared": comparison.unread or None,
        "data": [dict(zip(("name", "a", "b"), each, strict=True)) for each in comparison.grounds],
        "figures": [vars(f) | {"change": f.change, "change_pct": f.change_pct} for f in comparison.figures],
        "rows": [vars(row) for row in comparison.rows],
        "charts": [
            {
                "chapter": chart.chapter,
                "id": chart.id,
                "title_a": chart.a and chart.a.title,
                "title_b": chart.b and chart.b.title,
                "cells": [vars(cell) for cell in chart.cells],
                "only_a": chart.only_a,
                "only_b": chart.only_b,
            }
            for chart in comparison.charts
        ],
    }


def _figure_line(change: FigureChange) -> Line:
    return "figure", change.id, _cell(change.a), _cell(change.b), _moved(change.change, change.change_pct)


def _row_line(row: Row, names: tuple[str, str]) -> Line:
    if row.only:
        return "row", f"{row.table} {row.key}", "", "", f"only in {names[row.only == 'b']}"
    return "row", f"{row.table} {row.key}, {row.column}", row.a, row.b, ""


def _told(chart: ChartChange, names: tuple[str, str]) -> tuple[str, str, str]:
    """The titles of a chart, where they differ, and how much of its table does."""
    if chart.a is None or chart.b is None:
        return "", "", f"only in {names[chart.a is None]}"
    titles = (chart.a.title, chart.b.title) if chart.a.title != chart.b.title else ("", "")
    counted = [_counted(len(chart.cells), "cell")] if chart.cells else []
    for name, rows in zip(names, (chart.only_a, chart.only_b), strict=True):
        counted += [f"{_counted(len(rows), 'row')} only in {name}"] if rows else []
    return *titles, "; ".join(counted)


def _chart_lines(chart: ChartChange, names: tuple[str, str]) -> list[tuple[str, str, str, str]]:
    """Every cell and row of a chart's table that differs."""
    found = []
    for each in chart.cells:
        change = each.b - each.a if isinstance(each.a, float) and isinstance(each.b, float) else None
        found.append((f"{each.row}: {each.column}", _cell(each.a), _cell(each.b), _moved(change, None)))
    found += [(row, "", "", f"only in {names[0]}") for row in chart.only_a]
    return found + [(row, "", "", f"only in {names[1]}") for row in chart.only_b]


def _moved(change: float | None, percent: float | None) -> str:
    if change is None:
        return ""
    sign = "+" if change > 0 else ""
    return f"{sign}{number(change)}" + (
        f" ({sign}{number(rounding.rounded(percent, 1))}%)" if percent is not None else ""
    )


def _chart(change: ChartChange, names: tuple[str, str], folder: Folder) -> dict[str, Any]:
    return {
        "id": change.name,
        "title": change.title,
        "sides": [
            {"name": name, "title": shown.title if shown else "", "svg": _picture(change, shown, side, folder)}
            for name, side, shown in zip(names, "ab", (change.a, change.b), strict=True)
        ],
        "rows": _chart_lines(change, names),
    }


def _picture(change: ChartChange, shown: Shown | None, side: str, folder: Folder) -> str:
    """The chart as a file of its own beside the page (ids of two drawings would clash in one page); its name."""
    name = f"charts/{slug(change.name)}-{side}.svg"
    if shown is None or shown.spec is None:
        return ""
    if shown.picture:
        folder.write(name, shown.picture.read_bytes())
    else:
        drawing = vega_svg.draw(shown.spec, change.id, shown.title, shown.description)["wide"]
        alone = standalone_pictures.standalone(drawing, shown.title, shown.subtitle, "", "", shown.description)
        folder.write(name, standalone_pictures.as_file(alone))
    return name


def _shortened(found: list[Line]) -> list[Line]:
    if len(found) <= MOST_LINES:
        return found
    return [*found[:MOST_LINES], (found[0][0], f"… and {len(found) - MOST_LINES:,} more", "", "", found[0][4])]


def _aligned(found: Sequence[Line]) -> list[str]:
    """`kind  what  a → b  change`, each in a column of its own."""
    table = [
        (kind, _cut(what), f"{_cut(a) or '–'} → {_cut(b) or '–'}" if a or b else "", change)
        for kind, what, a, b, change in found
    ]
    widths = [max((len(row[i]) for row in table), default=0) for i in range(3)]
    return ["  ".join([*map(str.ljust, row, widths), row[-1]]).rstrip() for row in table]


def _cut(text: str) -> str:
    return text if len(text) <= LONGEST_CELL else f"{text[: LONGEST_CELL - 1]}…"


def _cell(value: Cell) -> str:
    if isinstance(value, float | int) and not isinstance(value, bool):
        return number(value)
    return "" if value is None else str(value)


def _counted(count: int, word: str) -> str:
    first, *rest = word.split(" ", 1) if word.startswith("fact") else (word,)
    return " ".join([f"{count:,} {first}{'' if count == 1 else 's'}", *rest])
