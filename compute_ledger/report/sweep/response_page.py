"""The page of a sweep: how each figure responds to each parameter, as small multiples."""

import statistics
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from operator import itemgetter
from typing import Any

from markupsafe import Markup

from compute_ledger.report.book.contents import Contents
from compute_ledger.report.charts import vega_svg
from compute_ledger.report.files.results_folder import Folder
from compute_ledger.report.notebooks.parameters import Value
from compute_ledger.report.pages import results_page
from compute_ledger.report.pages.results_page import number
from compute_ledger.report.sweep import response_chart
from compute_ledger.report.sweep.grid import Grid
from compute_ledger.report.sweep.response_chart import Lines, level_text
from compute_ledger.report.sweep.sweep_run import Done
from compute_ledger.shared import rounding

PAGE, TEMPLATE = "sweep.html", "sweep.html.j2"
MOST_OPEN = 8  # rows of a table of texts that is not folded


@dataclass
class Figure:
    """A key figure of one chapter over the grid: the values of the parameters, the number (or None), the text."""

    chapter: str
    id: str
    label: str
    unit: str
    seen: list[tuple[tuple[Value, ...], float | None, str]] = field(default_factory=list)


def write(contents: Contents, grid: Grid, results: Iterable[Done], files: Sequence[str], folder: Folder) -> list[Done]:
    """Write sweep.html and its stylesheet; the points that failed, all of which the page lists."""
    figures: dict[tuple[str, str], Figure] = {}
    failed = []
    for done in results:
        if done.outcome.error:
            failed.append(done)
        for entry in done.outcome.figures:
            figure = Figure(done.chapter, entry["id"], entry["label"], entry["unit"])
            figure = figures.setdefault((figure.chapter, figure.id), figure)
            value = float(entry["value"]) if isinstance(entry["value"], int | float) else None
            figure.seen.append((tuple(done.parameters.values()), value, entry["text"]))
    swept = [name for name, values in grid.values.items() if len(values) > 1] or list(grid.values)
    plural = "s" if len(grid.recipes) > 1 else ""
    facts = {
        "book": contents.title,
        "title": f"Key figures by {_listed(swept)}",
        "summary": f"{len(grid):,} points in the chapter{plural} {_listed([r.slug for r in grid.recipes])}; "
        f"{len(failed) or 'none'} failed.",
        "points": len(grid),
        "parameters": list(grid.values),
        "grid": [[name, "; ".join(map(level_text, values))] for name, values in grid.values.items()],
        "failed": [[d.chapter, *map(level_text, d.parameters.values()), d.outcome.error] for d in failed],
        "figures": [
            {
                "id": f"{figure.chapter}-{figure.id}",
                "label": figure.label,
                "unit": figure.unit,
                "chapter": figure.chapter,
                "responses": [response(figure, grid.values, name) for name in swept],
            }
            for figure in figures.values()
        ],
        "files": files,
    }
    results_page.write(contents.root, TEMPLATE, folder, PAGE, facts)
    return failed


def response(figure: Figure, values: dict[str, tuple[Value, ...]], name: str) -> dict[str, Any]:
    """What the template shows of one figure over one parameter: title with the finding, chart, table.

    A line joins points that differ in nothing but this parameter.
    """
    position = list(values).index(name)
    lines: Lines = {}
    texts: dict[Value, list[str]] = {level: [] for level in values[name]}
    for at, value, text in figure.seen:
        texts[at[position]].append(text)
        if value is not None:
            lines.setdefault(at[:position] + at[position + 1 :], {})[at[position]] = value
    other_names = [parameter for parameter, levels in values.items() if parameter != name and len(levels) > 1]
    exhibit: dict[str, Any] = {
        "id": f"{figure.chapter}-{figure.id}-{name}".replace("_", "-"),
        "svg": None,
        "numbers": (),
        "open": False,
    }
    if not lines:
        rows = _runs(texts)
        different = list(dict.fromkeys(text for level_texts in texts.values() for text in level_texts))
        title = f"{figure.label} by {name}: {len(different)} different"
        if len(different) == 1:
            title = f"{figure.label} is {different[0]}, whatever {name} is"
        return exhibit | {
            "title": title,
            "subtitle": "",
            "columns": [name, figure.label],
            "rows": rows,
            "open": len(rows) <= MOST_OPEN,
        }
    title = _finding(figure.label, lines, name)
    subtitle = f"{figure.unit or figure.label}, by {name}"
    if other_names:
        many = len(lines) > response_chart.MOST_LINES
        subtitle += f"; {'range and median over' if many else 'one line for each'} {_listed(other_names)}"
    table = [
        [level_text(level), *_spread([line[level] for line in lines.values() if level in line])] for level in texts
    ]
    columns = [name, "lowest", "median", "highest", "settings"] if other_names else [name, figure.unit or "value"]
    rows = table if other_names else [[level, median] for level, _, median, _, _ in table]
    drawings = vega_svg.draw(
        response_chart.spec(lines, values[name], name, other_names), exhibit["id"], title, f"{title}. {subtitle}."
    )
    return exhibit | {
        "title": title,
        "subtitle": subtitle,
        "svg": Markup(drawings["wide"]),
        "columns": columns,
        "rows": rows,
        "numbers": tuple(range(1, len(columns))),
    }


def _finding(label: str, lines: Lines, name: str) -> str:
    """By how much the figure moves over the parameter while all others stay: the largest such move."""
    line = max(lines.values(), key=lambda line: rounding.rounded(max(line.values()) - min(line.values())))
    low, high = min(line, key=lambda at: line[at]), max(line, key=lambda at: line[at])
    if line[low] == line[high]:
        return f"{label} does not move with {name}"
    most = "up to " if len(lines) > 1 else ""
    span = f"from {number(line[low])} ({name} {level_text(low)}) to {number(line[high])} ({level_text(high)})"
    return f"{label} moves by {most}{number(line[high] - line[low])} with {name}, {span}"


def _spread(values: Sequence[float]) -> list[str]:
    if not values:
        return ["", "", "", "0"]
    return [*map(number, (min(values), statistics.median(values), max(values))), str(len(values))]


def _runs(texts: dict[Value, list[str]]) -> list[list[str]]:
    """Rows of a table of texts; neighbouring levels with the same texts are one row."""
    distinct_texts = [(level, "; ".join(dict.fromkeys(level_texts))) for level, level_texts in texts.items()]
    rows = []
    for text, run in groupby(distinct_texts, key=itemgetter(1)):
        levels = [level_text(level) for level, _ in run]
        rows.append([levels[0] if len(levels) == 1 else f"{levels[0]} to {levels[-1]} ({len(levels)})", text])
    return rows


def _listed(names: Sequence[str]) -> str:
    return ", ".join(names[:-1]) + f" and {names[-1]}" if len(names) > 1 else "".join(names)
