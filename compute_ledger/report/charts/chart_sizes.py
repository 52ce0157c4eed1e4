"""Widths of a plain Vega-Lite chart: what its plots may take of a wide or narrow page, in whatever way it is composed.

Parts that stand side by side stand one below another on a narrow page. Widths that the author chose stay where there
is room for them, heights always.
"""

from typing import Any

from compute_ledger.report.charts.chart_parts import CONCATENATIONS, Spec, as_object, objects, views
from compute_ledger.shared.typeface import widths

AXIS_PX, LEGEND_PX, ROW_NAMES_PX, GAP_PX = 70, 110, 50, 20  # what stands beside the plot of a part
STEP_PX, LEAST_PX, PIE_PX = 56, 60, 420
LABEL_PX, LABEL_GAP_PX, AXIS_TITLE_PX = 12, 14, 36
LABEL_LIMIT_PX = {"wide": 180, "narrow": 110}
LEGEND_CHANNELS = ("color", "fill", "stroke", "size", "shape", "opacity", "strokeDash")


def sized(spec: Spec, room: float, *, narrow: bool) -> Spec:
    """The specification with plots as wide as `room` px allows."""
    if not _is_single(spec):
        return _part(spec, room, spec, narrow=narrow)
    view = _of_width(spec, room, spec, counts_axes=True, narrow=narrow)
    return {"autosize": {"type": "fit-x", "contains": "padding"}, **view}


def has_level_labels(spec: Spec, room: float, *, narrow: bool) -> bool:
    """Whether the names below a single plot have room side by side."""
    x = _channel(spec, "x")
    names = _names(spec, x.get("field"))
    if not (_is_single(spec) and _is_discrete(x) and names):
        return False
    return _level_step(names) * len(names) <= room - _beside(spec, spec, narrow=narrow)


def _is_single(spec: Spec) -> bool:
    return not any(key in spec for key in (*CONCATENATIONS, "facet", "repeat")) and not _panels(spec)


def _level_step(names: list[str]) -> float:
    """How far apart the names of an axis have to be."""
    return max(STEP_PX, *(widths.width(name, LABEL_PX) + LABEL_GAP_PX for name in names))


def _beside(part: Spec, top: Spec, *, narrow: bool) -> float:
    """What axis and legend of a part take beside its plot."""
    y = _channel(part, "y")
    names = _names(top, y.get("field")) if _is_discrete(y) else []
    longest = max((widths.width(name, LABEL_PX) for name in names), default=0.0)
    axis = max(AXIS_PX, min(longest, LABEL_LIMIT_PX["narrow" if narrow else "wide"]) + AXIS_TITLE_PX)
    return round(axis) + _legend_px(part, narrow=narrow)


def _part(part: Spec, room: float, chart: Spec, *, narrow: bool) -> Spec:
    """A part that has `room` px for plot, axes and legend, in whatever way it is made of others."""
    key = next((key for key in CONCATENATIONS if key in part), "")
    if key:
        return _concatenated(part, key, room, chart, narrow=narrow)
    if isinstance(part.get("spec"), dict):
        part = _stacked(part) if narrow else part
        room -= ROW_NAMES_PX if "row" in as_object(part.get("facet")) else 0
        columns = _columns(part, chart, narrow=narrow)
        inner = _part(part["spec"], room / max(columns, 1) - GAP_PX * (columns > 1), chart, narrow=narrow)
        wrapped = {"columns": columns} if _wraps(part) else {}
        return part | wrapped | {"spec": inner}
    if _panels(part):
        return _faceted(part, room, chart, narrow=narrow)
    return _of_width(part, room - _beside(part, chart, narrow=narrow), chart, counts_axes=False, narrow=narrow)


def _stacked(part: Spec) -> Spec:
    """Panels that stand side by side, one below another."""
    repeat, facet = part.get("repeat"), part.get("facet")
    if isinstance(repeat, dict) and "column" in repeat and "row" not in repeat:
        other_channels = {key: value for key, value in repeat.items() if key != "column"}
        inner = _repeating_rows(part["spec"])
        return part | {"repeat": other_channels | {"row": repeat["column"]}, "spec": inner}
    if isinstance(facet, dict) and isinstance(facet.get("column"), dict) and "row" not in facet:
        return part | {"facet": facet["column"]}
    return part


def _repeating_rows(part: Any) -> Any:
    if isinstance(part, list):
        return list(map(_repeating_rows, part))
    if not isinstance(part, dict):
        return part
    if part == {"repeat": "column"}:
        return {"repeat": "row"}
    return {key: value if key in ("values", "datasets") else _repeating_rows(value) for key, value in part.items()}


def _concatenated(part: Spec, key: str, room: float, chart: Spec, *, narrow: bool) -> Spec:
    parts = objects(part[key])
    column_number = {"hconcat": len(parts), "vconcat": 1}.get(key) or _number(part.get("columns")) or len(parts)
    columns = 1 if narrow else max(1, min(int(column_number), len(parts)))
    inner = [_part(view, room / columns - GAP_PX * (columns > 1), chart, narrow=narrow) for view in parts]
    if narrow and key == "hconcat":
        return {name: value for name, value in part.items() if name != key} | {"vconcat": inner}
    return part | {key: inner} | ({"columns": columns} if key == "concat" else {})


def _panels(part: Spec) -> list[str]:
    return [channel for channel in ("row", "column", "facet") if channel in as_object(part.get("encoding"))]


def _faceted(part: Spec, room: float, chart: Spec, *, narrow: bool) -> Spec:
    encoding = dict(as_object(part["encoding"]))
    if narrow and "row" not in encoding and isinstance(encoding.get("column"), dict):
        encoding["facet"] = encoding.pop("column")
    columns = _distinct(part, chart, "column")
    if "facet" in encoding:
        facet_columns = 1 if narrow else int(_number(as_object(encoding["facet"]).get("columns")) or 3)
        columns = min(facet_columns, _distinct(part, chart, "facet") or _distinct(part, chart, "column") or 1)
        encoding["facet"] = as_object(encoding["facet"]) | {"columns": columns}
    room -= ROW_NAMES_PX if "row" in encoding else 0
    width = (room - _beside(part, chart, narrow=narrow)) / max(columns, 1) - GAP_PX * (columns > 1)
    return _of_width(part | {"encoding": encoding}, width, chart, counts_axes=False, narrow=narrow)


def _wraps(part: Spec) -> bool:
    """Whether panels of an operator break into lines."""
    repeat, facet = part.get("repeat"), as_object(part.get("facet"))
    return isinstance(repeat, list) or "field" in facet


def _columns(part: Spec, chart: Spec, *, narrow: bool) -> int:
    """How many panels of a facet or a repetition stand side by side."""
    repeat, facet = part.get("repeat"), as_object(part.get("facet"))
    across = as_object(repeat).get("column")
    if isinstance(across, list):
        return len(across)
    if "column" in facet:
        return _distinct({"encoding": facet, **part["spec"]}, chart, "column", as_object(facet["column"]).get("field"))
    if not _wraps(part):
        return 1
    number = len(repeat) if isinstance(repeat, list) else _distinct(part, chart, "facet", facet.get("field"))
    return 1 if narrow else max(1, min(int(_number(part.get("columns")) or 3), number))


def _of_width(part: Spec, room: float, top: Spec, *, counts_axes: bool, narrow: bool) -> Spec:
    """A single or layered view of at most `room` px; where `counts_axes`, with its axes and legend.

    A narrow page draws every chart as wide as it is.
    """
    room = max(round(room), LEAST_PX)
    if narrow:
        return part | {"width": room}
    beside_px = _beside(part, top, narrow=narrow) if counts_axes else 0
    declared_width = part.get("width")
    declared_px = _number(declared_width)
    x = _channel(part, "x")
    names = _names(top, x.get("field")) if _is_discrete(x) else []
    step = _number(as_object(declared_width).get("step"))
    wanted_px = step * len(names) if step else declared_px
    if wanted_px is not None:
        if wanted_px + beside_px <= room:
            return part | ({"autosize": part.get("autosize", "pad")} if counts_axes else {})
    elif declared_width is None and names and not _channel(part, "xOffset"):
        level = _level_step(names)
        apart = level if level * len(names) + beside_px <= room else STEP_PX
        return part | {"width": min(room, round(apart * len(names) + beside_px))}
    elif declared_width is None and _mark(part) == "arc":
        return part | {"width": min(room, PIE_PX)}
    return part | {"width": room}


def _mark(part: Spec) -> str:
    mark = part.get("mark")
    return str(as_object(mark).get("type", mark))


def _channel(part: Spec, name: str) -> Spec:
    """The first definition of a channel in a view or its layers."""
    definition = as_object(part.get("encoding")).get(name)
    if isinstance(definition, dict):
        return definition
    return next(filter(None, (_channel(layer, name) for layer in objects(part.get("layer")))), {})


def _is_discrete(channel: Spec) -> bool:
    return channel.get("type") in ("nominal", "ordinal")


def _legend_px(part: Spec, *, narrow: bool) -> int:
    legend_channels = [_channel(part, name) for name in LEGEND_CHANNELS]
    return (
        LEGEND_PX
        if not narrow and any(channel.get("field") and channel.get("legend", 1) for channel in legend_channels)
        else 0
    )


def _distinct(part: Spec, chart: Spec, channel: str, field: Any = None) -> int:
    """How many panels a column of the chart's data makes; 0 where that is not known."""
    return len(_names(chart, field or _channel(part, channel).get("field")))


def _names(chart: Spec, field: Any) -> list[str]:
    """The different values of a column in the chart's data."""
    name = field.replace("\\", "") if isinstance(field, str) else ""
    sets = [view.rows for view in views(chart) if view.rows and any(name in row for row in view.rows)]
    return list(dict.fromkeys(str(row.get(name)) for row in sets[0])) if sets else []


def _number(value: Any) -> int | float | None:
    return value if isinstance(value, int | float) and not isinstance(value, bool) and value > 0 else None
