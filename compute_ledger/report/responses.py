"""The page of a sweep: how each figure responds to each parameter, as small multiples."""

import re
import statistics
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from markupsafe import Markup

from compute_ledger.report import result_page, svg
from compute_ledger.report.contents import Contents
from compute_ledger.report.grid import Grid
from compute_ledger.report.parameters import Value
from compute_ledger.report.result_page import number
from compute_ledger.report.stored import Folder
from compute_ledger.report.sweep import Done

PAGE, TEMPLATE = "sweep.html", "sweep.html.j2"
MOST_LINES = 12  # settings of the other parameters drawn one by one; more are a range
WIDTH, HEIGHT = 320, 190
INK, MUTED, GRID, ACCENT = (
    "var(--ink, #1b1b1b)",
    "var(--muted, #5c5c5c)",
    "var(--grid, #e2e2e2)",
    "var(--accent, #0b5cad)",
)
DAY = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)


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
        for each in done.outcome.figures:
            figure = Figure(done.chapter, each["id"], each["label"], each["unit"])
            figure = figures.setdefault((figure.chapter, figure.id), figure)
            value = float(each["value"]) if isinstance(each["value"], int | float) else None
            figure.seen.append((tuple(done.parameters.values()), value, each["text"]))
    swept = [name for name, values in grid.values.items() if len(values) > 1] or list(grid.values)
    plural = "s" if len(grid.recipes) > 1 else ""
    facts = {
        "book": contents.title,
        "title": f"Key figures by {_listed(swept)}",
        "summary": f"{len(grid):,} points in the chapter{plural} {_listed([r.slug for r in grid.recipes])}; "
        f"{len(failed) or 'none'} failed.",
        "points": len(grid),
        "parameters": list(grid.values),
        "grid": [[name, "; ".join(map(_shown, values))] for name, values in grid.values.items()],
        "failed": [[d.chapter, *map(_shown, d.parameters.values()), d.outcome.error] for d in failed],
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
    result_page.write(contents.root, TEMPLATE, folder, PAGE, facts)
    return failed


def response(figure: Figure, values: dict[str, tuple[Value, ...]], name: str) -> dict[str, Any]:
    """What the template shows of one figure over one parameter: title with the finding, chart, table.

    A line joins points that differ in nothing but this parameter.
    """
    position = list(values).index(name)
    lines: dict[tuple[Value, ...], dict[Value, float]] = {}
    texts: dict[Value, list[str]] = {level: [] for level in values[name]}
    for at, value, text in figure.seen:
        texts[at[position]].append(text)
        if value is not None:
            lines.setdefault(at[:position] + at[position + 1 :], {})[at[position]] = value
    others = [other for other, levels in values.items() if other != name and len(levels) > 1]
    given: dict[str, Any] = {"id": f"{figure.chapter}-{figure.id}-{name}".replace("_", "-"), "svg": None}
    if not lines:
        rows = [[_shown(level), "; ".join(dict.fromkeys(found))] for level, found in texts.items()]
        different = list(dict.fromkeys(text for found in texts.values() for text in found))
        title = f"{figure.label} by {name}: {len(different)} different"
        if len(different) == 1:
            title = f"{figure.label} is {different[0]}, whatever {name} is"
        return given | {"title": title, "subtitle": "", "columns": [name, figure.label], "rows": rows, "numbers": ()}
    title = _finding(figure.label, lines, name)
    subtitle = f"{figure.unit or figure.label}, by {name}"
    if others:
        many = len(lines) > MOST_LINES
        subtitle += f"; {'range and median' if many else 'faint: each setting; dark: median'} over {_listed(others)}"
    table = [[_shown(level), *_spread([line[level] for line in lines.values() if level in line])] for level in texts]
    columns = [name, "lowest", "median", "highest", "settings"] if others else [name, figure.unit or "value"]
    rows = table if others else [[level, median] for level, _, median, _, _ in table]
    drawn = svg.draw(_spec(lines, values[name], name), given["id"], title, f"{title}. {subtitle}.")
    return given | {
        "title": title,
        "subtitle": subtitle,
        "svg": Markup(drawn["wide"]),
        "columns": columns,
        "rows": rows,
        "numbers": tuple(range(1, len(columns))),
    }


def _finding(label: str, lines: dict[tuple[Value, ...], dict[Value, float]], name: str) -> str:
    """By how much the figure moves over the parameter while all others stay: the largest such move."""
    line = max(lines.values(), key=lambda line: max(line.values()) - min(line.values()))
    low, high = min(line, key=lambda at: line[at]), max(line, key=lambda at: line[at])
    if line[low] == line[high]:
        return f"{label} does not move with {name}"
    most = "up to " if len(lines) > 1 else ""
    span = f"from {number(line[low])} ({name} {_shown(low)}) to {number(line[high])} ({_shown(high)})"
    return f"{label} moves by {most}{number(line[high] - line[low])} with {name}, {span}"


def _spread(found: Sequence[float]) -> list[str]:
    if not found:
        return ["", "", "", "0"]
    return [*map(number, (min(found), statistics.median(found), max(found))), str(len(found))]


def _spec(lines: dict[tuple[Value, ...], dict[Value, float]], levels: Sequence[Value], name: str) -> dict[str, Any]:
    """The chart in Vega-Lite: a line a setting of the other parameters, or their range; the median on top."""
    found = {level: [line[level] for line in lines.values() if level in line] for level in levels}
    middle = [{"x": _plain(at), "y": statistics.median(all_)} for at, all_ in found.items() if all_]
    x = {"field": "x", **_scale(levels), "title": name}
    y = {"field": "y", "type": "quantitative", "title": None, "scale": {"zero": False}, "axis": {"tickCount": 4}}
    layers: list[dict[str, Any]] = []
    if len(lines) > MOST_LINES:
        span = [{"x": _plain(at), "y": min(all_), "y2": max(all_)} for at, all_ in found.items() if all_]
        area = {"type": "area", "opacity": 0.18, "color": ACCENT, "line": False}
        layers.append({"data": {"values": span}, "mark": area, "encoding": {"x": x, "y": y, "y2": {"field": "y2"}}})
    elif len(lines) > 1:
        faint = [
            {"x": _plain(at), "y": line[at], "line": i}
            for i, line in enumerate(lines.values())
            for at in levels
            if at in line
        ]
        mark = {"type": "line", "opacity": 0.35, "strokeWidth": 1.2, "color": ACCENT}
        layers.append(
            {"data": {"values": faint}, "mark": mark, "encoding": {"x": x, "y": y, "detail": {"field": "line"}}}
        )
    for mark in (
        {"type": "line", "strokeWidth": 2, "color": ACCENT},
        {"type": "point", "filled": True, "color": ACCENT},
    ):
        layers.append({"data": {"values": middle}, "mark": mark, "encoding": {"x": x, "y": y}})
    axis = {"labelColor": MUTED, "titleColor": MUTED, "domainColor": GRID, "tickColor": GRID, "gridColor": GRID}
    return {
        "$schema": "https://vega.github.io/schema/vega-lite/v6.json",
        "width": WIDTH,
        "height": HEIGHT,
        "autosize": {"type": "fit", "contains": "padding"},
        "padding": 2,
        "layer": layers,
        "config": {"view": {"stroke": None}, "axis": axis | {"titleFontWeight": "normal", "labelLimit": 110}},
    }


def _scale(levels: Sequence[Value]) -> dict[str, Any]:
    if all(isinstance(level, int | float) and not isinstance(level, bool) for level in levels):
        return {"type": "quantitative", "scale": {"zero": False}, "axis": {"grid": False, "tickCount": 5}}
    if all(isinstance(level, str) and DAY.fullmatch(level) for level in levels):
        return {"type": "temporal", "scale": {"type": "utc"}, "axis": {"grid": False, "tickCount": 4}}
    # Labels on end where they would run into each other.
    angle = 0 if sum(len(_shown(level)) for level in levels) < 40 else -40
    order = [_plain(level) for level in levels]
    return {"type": "ordinal", "sort": order, "scale": {"domain": order}, "axis": {"labelAngle": angle}}


def _plain(level: Value) -> str | float | int:
    return level if isinstance(level, int | float) and not isinstance(level, bool) else _shown(level)


def _shown(level: Value) -> str:
    if isinstance(level, bool):
        return str(level).lower()
    return "none" if level is None else "(empty)" if level == "" else str(level)


def _listed(names: Sequence[str]) -> str:
    return ", ".join(names[:-1]) + f" and {names[-1]}" if len(names) > 1 else "".join(names)
