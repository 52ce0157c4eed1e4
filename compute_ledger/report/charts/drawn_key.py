"""The key of a chart as a page has it: swatches of the colours and forms of its marks, with words."""

import re
from typing import Any

from markupsafe import Markup

from compute_ledger.report.charts.svg_sanitiser import COLOUR
from compute_ledger.report.errors import NotebookError
from compute_ledger.shared.chart_look import BOX_HEIGHT_PX, KEY_FORMS, swatch

SHADE = re.compile(r"#[0-9a-f]{6}|var\(--[a-z]+, #[0-9a-f]{6}\)", re.ASCII)


def checked_key(data: dict[str, Any], place: str) -> list[dict[str, Any]]:
    """The entries of an exhibit's key, none where it has none.

    NotebookError names a form that nobody can draw, or a colour that is none.
    """
    key = data.get("key") or []
    for entry in key:
        if entry["form"] not in KEY_FORMS:
            raise NotebookError(f"{place}: the key of {data['id']!r} shows a {entry['form']!r}, which is no form")
        for colour in entry["colours"]:
            if not SHADE.fullmatch(colour):
                raise NotebookError(f"{place}: the key of {data['id']!r} has the colour {colour!r}; write #rrggbb")
    return list(key)


def drawn(entry: dict[str, Any], *, paper: bool = False) -> Markup:
    """One swatch of a checked key as an image named by its form; for `paper` in the colours of paper."""
    inner, width = swatch(entry["form"], entry["colours"])
    inner = COLOUR.sub(r"\1", inner) if paper else inner
    return Markup(
        f'<svg class="swatch" role="img" aria-label="{entry["form"]}" width="{width}" height="{BOX_HEIGHT_PX}" '
        f'viewBox="0 0 {width} {BOX_HEIGHT_PX}">{inner}</svg>'
    )
