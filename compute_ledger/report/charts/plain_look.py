"""A plain Vega-Lite chart in the look of the book: its colours, type and widths, for wide and narrow pages.

What the author set stays: colours, config, heights, and widths that the page has room for.
"""

from typing import Any

from compute_ledger.report.charts import chart_sizes
from compute_ledger.report.charts.chart_parts import COUNT_TITLE, Spec, as_object, views
from compute_ledger.shared.chart_look import BLUE, CONFIG, GRID, INK, MUTED, NARROW, PALETTE, WIDTH

MOST_POINTS = 1000  # to be met by the pointer on lines


def dressed(spec: Spec) -> Spec:
    """The specification as the page draws it, with the narrow drawing as the merge patch `usermeta.narrow`."""
    wide, narrow = _drawing(spec, narrow=False), _drawing(spec, narrow=True)
    return wide | {"usermeta": {"narrow": patch(wide, narrow)} | as_object(spec.get("usermeta"))}


def patch(before: Spec, after: Spec) -> Spec:
    """The merge patch (RFC 7386) that makes `after` of `before`; no object that is only in `after` may hold null."""
    changes: Spec = {key: None for key in before if key not in after}
    for key, value in after.items():
        old = before.get(key)
        if key in before and isinstance(old, dict) and isinstance(value, dict):
            inner = patch(old, value)
            changes |= {key: inner} if inner else {}
        elif key not in before or old != value:
            changes[key] = value
    return changes


def _drawing(spec: Spec, *, narrow: bool) -> Spec:
    bare = {key: value for key, value in spec.items() if key not in ("title", "description", "usermeta")}
    room = NARROW if narrow else WIDTH
    sized_spec = chart_sizes.sized(bare, room, narrow=narrow)
    sized_spec.setdefault("padding", 4)
    level = chart_sizes.has_level_labels(bare, room, narrow=narrow)
    sized_spec["config"] = _under(_look(spec, narrow=narrow, level=level), as_object(spec.get("config")))
    return sized_spec


def _look(spec: Spec, *, narrow: bool, level: bool) -> Spec:
    words = {"labelColor": MUTED, "titleColor": MUTED, "labelFontSize": 12, "titleFontSize": 12}
    quiet = {**words, "titleFontWeight": "normal"}
    points = {"point": {"opacity": 0, "size": 60}} if _has_few_points(spec) else {}
    legend = {**quiet, "symbolStrokeWidth": 2}
    across = {"labelOverlap": "greedy"} | ({"labelAngle": 0} if level else {})
    return {
        **CONFIG,
        "axis": {**CONFIG["axis"], "labelLimit": chart_sizes.LABEL_LIMIT_PX["narrow" if narrow else "wide"]},
        "axisXBand": across,
        "axisXPoint": across,
        "legend": {**legend, "orient": "top", "columns": 2, "labelLimit": 130} if narrow else legend,
        "header": {**quiet, "labelColor": INK},
        "title": {"color": INK, "subtitleColor": MUTED, "fontSize": 13, "subtitleFontSize": 12, "anchor": "start"},
        "mark": {"color": BLUE},
        "line": points,
        "area": points,
        "boxplot": {"median": {"color": INK}},
        "geoshape": {"stroke": GRID},
        "countTitle": COUNT_TITLE,
        "range": {"category": list(PALETTE)},
    }


def _has_few_points(spec: Spec) -> bool:
    return all(view.rows is not None and len(view.rows) <= MOST_POINTS for view in views(spec))


def _under(ours: Any, theirs: Any) -> Any:
    """Ours where theirs says nothing."""
    if not (isinstance(ours, dict) and isinstance(theirs, dict)):
        return theirs
    return ours | {key: _under(ours.get(key), value) for key, value in theirs.items()}
