"""The chart of one figure over one parameter, in Vega-Lite."""

import re
import statistics
from collections.abc import Sequence
from typing import Any

from compute_ledger.report.notebooks.parameters import Value
from compute_ledger.shared import rounding

# Setting of the other parameters -> value of this parameter -> the figure.
Lines = dict[tuple[Value, ...], dict[Value, float]]

MOST_LINES = 12  # settings of the other parameters drawn one by one; more are a range
WIDTH, HEIGHT = 320, 190
LABEL_PX, CHARACTER_PX, MOST_CHARACTERS = 11, 5.6, 20
MUTED, GRID, ACCENT = "var(--muted, #5c5c5c)", "var(--grid, #e2e2e2)", "var(--accent, #0b5cad)"
DAY = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)


def spec(lines: Lines, levels: Sequence[Value], name: str, other_names: Sequence[str]) -> dict[str, Any]:
    """A line for each setting of the `other_names`, named at its end; of many, their range and median."""
    y = {"field": "y", "type": "quantitative", "title": None, "scale": {"zero": False}, "axis": {"tickCount": 4}}
    names = _names(lines, levels) if 1 < len(lines) <= MOST_LINES else []
    named_px = CHARACTER_PX * max((len(label["text"]) for label in names), default=0)
    x = {"field": "x", **_scale(levels, WIDTH - named_px), "title": name}
    if len(lines) > MOST_LINES:
        layers = _range(lines, levels, x, y)
    else:
        layers = _each(lines, levels, {"x": x, "y": y, "detail": {"field": "setting", "title": ", ".join(other_names)}})
    if names:
        text = {"type": "text", "align": "left", "dx": 6, "fontSize": 10, "color": MUTED}
        encoding = {"x": x, "y": y, "text": {"field": "text", "type": "nominal"}}
        layers.append({"data": {"values": names}, "mark": text, "encoding": encoding})
    axis = {"labelColor": MUTED, "titleColor": MUTED, "domainColor": GRID, "tickColor": GRID, "gridColor": GRID}
    chart = {
        "$schema": "https://vega.github.io/schema/vega-lite/v6.json",
        "width": WIDTH,
        "height": HEIGHT,
        "autosize": {"type": "fit", "contains": "padding"},
        "padding": 2,
        "layer": layers,
        "config": {"view": {"stroke": None}, "axis": axis | {"titleFontWeight": "normal", "labelLimit": 110}},
    }
    return dict(rounding.plain(chart))


def level_text(level: Value) -> str:
    """A value of a parameter in words."""
    if isinstance(level, bool):
        return str(level).lower()
    return "none" if level is None else "(empty)" if level == "" else str(level)


def _each(lines: Lines, levels: Sequence[Value], encoding: dict[str, Any]) -> list[dict[str, Any]]:
    rows = [
        {"x": _plain(at), "y": line[at], "setting": ", ".join(map(level_text, setting))}
        for setting, line in lines.items()
        for at in levels
        if at in line
    ]
    opacity = 1 if len(lines) == 1 else 0.75
    marks = ({"type": "line", "strokeWidth": 1.8}, {"type": "point", "filled": True, "size": 22})
    styled_marks = [mark | {"color": ACCENT, "opacity": opacity} for mark in marks]
    return [{"data": {"values": rows}, "mark": mark, "encoding": encoding} for mark in styled_marks]


def _names(lines: Lines, levels: Sequence[Value]) -> list[dict[str, Any]]:
    """What each line is, to stand at its end; of ends too close to be told apart, the first and how many more."""
    values = [value for line in lines.values() for value in line.values()]
    close = LABEL_PX / HEIGHT * (max(values) - min(values))
    last = {setting: max(line, key=levels.index) for setting, line in lines.items()}
    groups: list[list[tuple[Value, ...]]] = []
    for setting in sorted(lines, key=lambda setting: (levels.index(last[setting]), lines[setting][last[setting]])):
        before = groups[-1][-1] if groups else setting
        together = (
            last[before] == last[setting] and lines[setting][last[setting]] - lines[before][last[before]] <= close
        )
        if groups and together:
            groups[-1].append(setting)
        else:
            groups.append([setting])
    return [
        {
            "x": _plain(last[group[0]]),
            "y": statistics.mean(lines[setting][last[setting]] for setting in group),
            "text": _cut(", ".join(map(level_text, group[0]))) + (f" +{len(group) - 1}" if len(group) > 1 else ""),
        }
        for group in groups
    ]


def _cut(text: str) -> str:
    return text if len(text) <= MOST_CHARACTERS else text[: MOST_CHARACTERS - 1] + "…"


def _range(lines: Lines, levels: Sequence[Value], x: dict[str, Any], y: dict[str, Any]) -> list[dict[str, Any]]:
    values_at = {level: [line[level] for line in lines.values() if level in line] for level in levels}
    span = [{"x": _plain(at), "y": min(all_), "y2": max(all_)} for at, all_ in values_at.items() if all_]
    middle = [{"x": _plain(at), "y": statistics.median(all_)} for at, all_ in values_at.items() if all_]
    area = {"type": "area", "opacity": 0.18, "color": ACCENT}
    marks = ({"type": "line", "strokeWidth": 2}, {"type": "point", "filled": True, "size": 22})
    return [
        {"data": {"values": span}, "mark": area, "encoding": {"x": x, "y": y, "y2": {"field": "y2"}}},
        *(
            {"data": {"values": middle}, "mark": mark | {"color": ACCENT}, "encoding": {"x": x, "y": y}}
            for mark in marks
        ),
    ]


def _scale(levels: Sequence[Value], width_px: float) -> dict[str, Any]:
    if all(isinstance(level, int | float) and not isinstance(level, bool) for level in levels):
        return {"type": "quantitative", "scale": {"zero": False}, "axis": {"grid": False, "tickCount": 5}}
    if all(isinstance(level, str) and DAY.fullmatch(level) for level in levels):
        axis = {"grid": False, "tickCount": 4, "format": "%b %Y", "labelOverlap": True}
        return {"type": "temporal", "scale": {"type": "utc"}, "axis": axis}
    # Labels on end where they would run into each other.
    angle = 0 if sum(len(level_text(level)) for level in levels) * CHARACTER_PX < 0.7 * width_px else -40
    order = [_plain(level) for level in levels]
    return {"type": "ordinal", "sort": order, "scale": {"domain": order}, "axis": {"labelAngle": angle}}


def _plain(level: Value) -> str | float | int:
    return level if isinstance(level, int | float) and not isinstance(level, bool) else level_text(level)
