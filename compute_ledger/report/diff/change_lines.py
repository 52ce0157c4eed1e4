"""A comparison in lines for people: as text in columns, or as tables of Markdown."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from operator import attrgetter

from compute_ledger.report.diff.comparison import Comparison, Row
from compute_ledger.report.diff.differences import CellChange, ChartChange, FigureChange, TextChange
from compute_ledger.report.diff.sides import Cell
from compute_ledger.report.pages.results_page import number
from compute_ledger.shared import rounding

MOST_LINES = 20  # of one table of the ledger
MOST_CELLS = 3  # of one chart; passages of one text
LONGEST_CELL = 48  # characters, in text
LONGEST_PASSAGE = 120
WIDEST = 60  # characters that a column is filled up to
Line = tuple[str, str, str, str]  # what, a, b, change
SPECIAL = re.compile(r"([\\`*_\[\]|~<>&$])")  # in a cell of a table of Markdown
INDENT = "  "  # before a row, below the chart that it is of


@dataclass(frozen=True)
class Section:
    """Changes of one `kind`, as the first word of a line; `heading` is its plural, over a table."""

    kind: str
    heading: str
    lines: list[Line]
    longest: int = LONGEST_CELL


def sections(comparison: Comparison, most: int = MOST_CELLS) -> list[Section]:
    """The changes by kind; of many rows of one table the first, and how many more.

    Of a chart those `most` rows that are furthest from what they were, of a text as many passages.
    """
    names = comparison.names
    rows: list[Line] = []
    for _, group in groupby(comparison.rows, key=attrgetter("table", "only")):
        rows += _shortened([row_line(row, names) for row in group], MOST_LINES)
    all_sections = (
        Section("data", "The data behind them", [(*ground, "") for ground in comparison.grounds]),
        Section("chapter", "Chapters", [_chapter_line(chapter.a, chapter.b, names) for chapter in comparison.chapters]),
        Section("figure", "Key figures", [figure_line(change) for change in comparison.figures]),
        Section("row", "Rows of the ledger", rows),
        Section("chart", "Charts and tables", list(_of_charts(comparison.charts, names, most))),
        Section("text", "Texts", list(_of_texts(comparison.texts, names, most)), LONGEST_PASSAGE),
    )
    return [section for section in all_sections if section.lines]


def lines(comparison: Comparison, most: int = MOST_CELLS) -> list[str]:
    """The differences, one a line, aligned by kind; of each chart and text at `most` so many."""
    return [line for section in sections(comparison, most) for line in _aligned(section)]


def markdown(comparison: Comparison) -> str:
    """The differences as tables of Markdown, with their sentence; what notebooks say is text in it, not Markdown."""
    heads = " | ".join(["What", *map(_escaped, comparison.names), "Change"])
    parts = ["### What changed", _escaped(comparison.summary)]
    for section in sections(comparison):
        table = [
            f"| {' | '.join(_escaped(_cut(cell, 3 * section.longest)) for cell in row)} |" for row in section.lines
        ]
        parts.append("\n".join([f"#### {section.heading}\n", f"| {heads} |", "| --- | --- | --- | --- |", *table]))
    return "\n\n".join([*parts, _escaped(comparison.unread)]).rstrip()


def figure_line(change: FigureChange) -> Line:
    """A key figure as its card prints it, or in full where both print the same."""
    printed = change.text_a, change.text_b
    a, b = printed if printed[0] != printed[1] else _pair(change.a, change.b)
    return change.label, a, b, _moved(change.change, change.change_pct)


def row_line(row: Row, names: tuple[str, str]) -> Line:
    """A row that one ledger has alone, or one cell of it."""
    if row.only:
        return f"{row.table} {row.key}", "", "", _only(names, row.only == "b")
    return f"{row.table} {row.key}, {row.column}", row.a, row.b, ""


def cell_lines(chart: ChartChange, names: tuple[str, str]) -> list[Line]:
    """Every cell and row of a chart's table that differs."""
    lines = [
        (f"{cell.row}: {cell.column}", *_pair(cell.a, cell.b), _moved(cell.change, cell.change_pct))
        for cell in chart.cells
    ]
    lines += [(row, "", "", _only(names, False)) for row in chart.only_a]
    return lines + [(row, "", "", _only(names, True)) for row in chart.only_b]


def text_lines(text: TextChange, names: tuple[str, str]) -> list[Line]:
    """A text that one side has alone, or each passage that differs."""
    if text.a is None or text.b is None:
        return [(text.name, text.a or "", text.b or "", _only(names, text.a is None))]
    return [(text.name, *passage, "") for passage in text.passages] or [(text.name, "", "", "white space")]


def _chapter_line(a: str, b: str, names: tuple[str, str]) -> Line:
    return (a, a, b, "renamed") if a and b else (a or b, "", "", _only(names, not a))


def _of_charts(charts: Sequence[ChartChange], names: tuple[str, str], most: int) -> Iterator[Line]:
    for chart in charts:
        if not chart.is_minor:
            yield _chart_line(chart, names)
            cells = sorted(chart.cells, key=_distance, reverse=True)
            furthest = ChartChange(chart.chapter, chart.id, chart.a, chart.b, cells, chart.only_a, chart.only_b)
            for what, a, b, change in _shortened(cell_lines(furthest, names), most):
                yield f"{INDENT}{what}", a, b, change
    minor = sorted((chart for chart in charts if chart.is_minor), key=attrgetter("facets"))
    for facets, group in groupby(minor, key=attrgetter("facets")):
        alike = [(chart.name, chart.title, chart.title, f"only its {', '.join(facets)}") for chart in group]
        yield from _shortened(alike, most)


def _of_texts(texts: Sequence[TextChange], names: tuple[str, str], most: int) -> Iterator[Line]:
    for text in texts:
        yield from _shortened(text_lines(text, names), most)


def _chart_line(chart: ChartChange, names: tuple[str, str]) -> Line:
    """The titles of a chart, and how much of its table differs."""
    if chart.a is None or chart.b is None:
        return chart.name, chart.title, chart.title, _only(names, chart.a is None)
    counts = [_counted(len(chart.cells), "cell")] if chart.cells else []
    for name, rows in zip(names, (chart.only_a, chart.only_b), strict=True):
        counts += [f"{_counted(len(rows), 'row')} only in {name}"] if rows else []
    return chart.name, chart.a.title, chart.b.title, "; ".join(counts)


def _distance(cell: CellChange) -> float:
    """How far a cell is from what it was, in percent of that; what cannot be said so comes first."""
    return float("inf") if cell.change_pct is None else abs(cell.change_pct)


def _moved(change: float | None, percent: float | None) -> str:
    if change is None:
        return ""
    sign = "+" if change > 0 else ""
    part = rounding.rounded(percent or 0, 1)
    return f"{sign}{number(change)}" + (f" ({sign}{number(part)}%)" if part else "")


def _pair(a: Cell, b: Cell) -> tuple[str, str]:
    """Both as a page prints them; numbers that differ in later digits with all that they have."""
    short = _cell(a), _cell(b)
    return short if short[0] != short[1] else (str(a), str(b))


def _cell(value: Cell) -> str:
    if isinstance(value, float | int) and not isinstance(value, bool):
        return number(value)
    return "" if value is None else str(value)


def _only(names: tuple[str, str], second: bool) -> str:
    return f"only in {names[second]}"


def _counted(count: int, word: str) -> str:
    return f"{count:,} {word}{'' if count == 1 else 's'}"


def _shortened(lines: list[Line], most: int) -> list[Line]:
    if len(lines) <= most + 1:  # a line that says "1 more" is as long as that one
        return lines
    return [*lines[:most], (f"… and {len(lines) - most:,} more", "", "", "")]


def _aligned(section: Section) -> list[str]:
    """`kind  what  a → b  change`, each in a column of its own."""
    table = []
    for what, a, b, change in section.lines:
        a, b = _cut(a, section.longest), _cut(b, section.longest)
        values = a if a == b else f"{a or '–'} → {b or '–'}"
        table.append((section.kind, _cut_inside(what), values, change))
    widths = [min(WIDEST, max(len(row[i]) for row in table)) for i in range(3)]
    return ["  ".join([*map(str.ljust, row, widths), row[-1]]).rstrip() for row in table]


def _cut(text: str, longest: int) -> str:
    line = text.replace("\n", " ")
    return line if len(line) <= longest else f"{line[: longest - 1]}…"


def _cut_inside(text: str) -> str:
    """The row and the column of what a long line is about, which are its two ends."""
    half = LONGEST_CELL // 2
    return text if len(text) <= LONGEST_CELL else f"{text[: half - 1]}…{text[-half:]}"


def _escaped(text: str) -> str:
    """Text in which Markdown has nothing to mark up, in one line."""
    indent = "&emsp;" if text.startswith(INDENT) else ""
    return indent + SPECIAL.sub(r"\\\1", " ".join(text.split()))
