"""What a mark of a chart says of itself: to the pointer, to touch, to arrow keys, to screen readers, without a script.

A chart writes it into the column `mark` of its data by `mark_labels`, and encodes it by SPOKEN. A mark without it is silent:
Vega would read out names of fields and positions of the drawing.
"""

from collections.abc import Iterable
from typing import Any

import altair as alt
import pandas as pd

SPOKEN = alt.Description("mark:N")
# Axes, legends and texts are read as what they are; views have parts of their own.
_PARTS = ("layer", "hconcat", "vconcat", "concat")


def mark_labels(name: Iterable[str], reading: Iterable[str], *remarks: Iterable[str]) -> pd.Series:
    """A label a row, "Microsoft, 2028: $50bn, term assumed", of what it is, its figure with unit, and remarks.

    A reading or remark that is empty is left out. Rows are matched by position; the index is that of the first series.
    """
    columns = [list(part) for part in (name, reading, *remarks)]
    rows = [_label(*row) for row in zip(*columns, strict=True)]
    return pd.Series(rows, index=name.index if isinstance(name, pd.Series) else None, dtype="str")


def _label(name: str, reading: str, *remarks: str) -> str:
    return ", ".join(filter(None, [": ".join(filter(None, [name, reading])), *remarks]))


def silenced(spec: dict[str, Any], spoken: bool = False) -> dict[str, Any]:
    """A Vega-Lite specification in which each mark without a description of its own says nothing."""
    spoken = spoken or "description" in spec.get("encoding", {})
    if "mark" in spec and not spoken:
        mark = spec["mark"] if isinstance(spec["mark"], dict) else {"type": spec["mark"]}
        return spec | {"mark": mark | {"aria": False}}
    views = {part: [silenced(view, spoken) for view in spec[part]] for part in _PARTS if part in spec}
    inner = {"spec": silenced(spec["spec"], spoken)} if isinstance(spec.get("spec"), dict) else {}
    return spec | views | inner


def pointer_marks(chart: alt.Chart, size: float = 160) -> alt.Chart:
    """Unseen points where a line or an area has its values, so that these speak at the pointer."""
    return chart.mark_point(opacity=0, filled=True, size=size).encode(description=SPOKEN)
